"""What happened in a call, computed once: attempts, hops, final answers, the end. Numbers are indexes of messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from partnertui.calls.causes import Causes, causes_of
from partnertui.calls.model import Endpoint, Message, Trace
from partnertui.calls.transactions import Hops, Transaction, requests, transactions_of, translated

CHALLENGES = (401, 407)
CREDENTIALS = ("authorization", "proxy-authorization")
CHALLENGE_HEADERS = ("www-authenticate", "proxy-authenticate")
SILENT_AFTER = 2
"""Retransmissions after which silence is no accident (RFC 3261, section 17.1.1.2, timer A)."""
SLACK_US = 50_000
"""How much later than the answer passed on an answer may have been captured: two captures, two clocks."""


@dataclass(frozen=True)
class CallAnalysis:
    """The last attempt of a call, or the exchange of another request, as rules and statistics need it."""

    trace: Trace

    def message(self, index: int) -> Message:
        """The message at an index."""
        return self.trace.messages[index]

    def find(self, wanted: Callable[[Message], bool]) -> list[int]:
        """Indexes of the attempt's messages, in order, without repetitions and copies."""
        repeats, seen = self.trace.repeats, self.hops.seen_before
        messages = self.trace.messages
        return [
            index
            for index in range(self.attempt_start, len(messages))
            if index not in repeats and index not in seen and wanted(messages[index])
        ]

    def host(self, endpoint: Endpoint) -> str:
        """The address that stands for a host, with the port where several share one address."""
        return self.hops.host(endpoint)

    def seconds(self, one: int, other: int) -> float:
        """Time between two messages."""
        return (self.message(other).time_us - self.message(one).time_us) / 1e6

    @cached_property
    def hops(self) -> Hops:
        """Addresses that are one host on both sides of a translation."""
        return translated(self.trace.messages)

    @cached_property
    def all_transactions(self) -> list[Transaction]:
        """Those of all attempts."""
        return transactions_of(self.trace, self.hops)

    @cached_property
    def transactions(self) -> list[Transaction]:
        """Those of the last attempt."""
        return [one for one in self.all_transactions if one.first >= self.attempt_start]

    # Who asked whom

    @cached_property
    def method(self) -> str:
        """INVITE for calls, REGISTER …"""
        return self.trace.method

    @cached_property
    def is_call(self) -> bool:
        """True for calls and parts of calls."""
        return self.method == "INVITE"

    @cached_property
    def _opening(self) -> tuple[str, str]:
        """Addresses of the side that began it and of the side that it asked."""
        first = self.trace.first
        ends = self.host(first.source), self.host(first.destination)
        return ends if first.reading.is_request else ends[::-1]

    @property
    def caller(self) -> str:
        """The address of the side that began it."""
        return self._opening[0]

    @property
    def server(self) -> str:
        """The address that the caller talks to."""
        return self._opening[1]

    def is_initial(self, transaction: Transaction) -> bool:
        """True for a request that is in no dialog yet."""
        if transaction.method != self.method:
            return False
        if transaction.request is not None:
            return self.method != "INVITE" or not self.message(transaction.request).reading.to_tag
        return True

    @cached_property
    def _all_initial(self) -> list[Transaction]:
        own = self.trace.first.call_id
        known = [one for one in self.all_transactions if self.is_initial(one) and one.call_id == own]
        return [one for one in known if one.client == self.caller]

    @cached_property
    def attempt_start(self) -> int:
        """Where the last attempt begins: a Call-ID that is used again after an answered call is another call."""
        if not self.is_call:
            return 0
        start, tag = 0, ""
        last: Transaction | None = None
        for one in self._all_initial:
            own = self.message(one.first).reading.from_tag
            if one.request is not None and last is not None and self._is_over(last, one.first, same_tag=own == tag):
                start = one.first
            last, tag = one, own
        return start

    def _is_over(self, last: Transaction, index: int, *, same_tag: bool) -> bool:
        """True where an attempt was over before a message: hung up, or refused and not simply tried again."""
        if last.final is None or last.final > index:
            return False  # several at once are one call
        if last.code >= 300:
            return not same_tag
        return any(one.method == "BYE" and last.final < one.first < index for one in self.all_transactions)

    @property
    def earlier_attempts(self) -> bool:
        """True where the same Call-ID was used for a call before."""
        return self.attempt_start > 0

    @cached_property
    def initial(self) -> list[Transaction]:
        """The requests that begin it on the caller's hop, one for each attempt with credentials, redirected …"""
        first = [one for one in self._all_initial if one.first >= self.attempt_start]
        if self.is_call and any(one.request is not None for one in first):
            highest = {one.cseq for one in first if one.request is not None}
            return [one for one in first if one.request is not None or not self._of_a_reinvite(one, max(highest))]
        return first

    def _of_a_reinvite(self, transaction: Transaction, highest: int) -> bool:
        """True for answers whose request was not captured, to a re-INVITE: after an answered call."""
        if transaction.cseq < highest:
            return False
        earlier = [one for one in self._all_initial if one.cseq < transaction.cseq and 200 <= one.code < 300]
        return bool(earlier)

    @cached_property
    def initial_requests(self) -> list[int]:
        """The requests among them that were captured."""
        return requests(self.initial)

    @cached_property
    def responses(self) -> list[int]:
        """Answers to them as the caller got them; where none was captured on that hop, those on any."""
        own = sorted(index for one in self.initial for index in one.responses)
        return own or sorted(index for one in self.forwarded for index in one.responses)

    @cached_property
    def challenges(self) -> list[int]:
        """401 and 407 that the caller answered with another attempt: no error, ever."""
        found = []
        for number, one in enumerate(self.initial):
            later = [other for other in self.initial[number + 1 :] if other.cseq > one.cseq]
            if one.code in CHALLENGES and one.final is not None and later:
                found.append(one.final)
        return found

    @cached_property
    def decisive(self) -> Transaction | None:
        """The transaction whose final answer counts: a call's 2xx, else the last one that was answered."""
        candidates = self.initial or self.forwarded
        done = [one for one in candidates if one.final is not None and one.final not in self.challenges]
        if self.is_call:
            done = [one for one in done if one.code < 300] or done
            return done[0] if done and done[0].code < 300 else done[-1] if done else None
        if self.unanswered_at_last:
            return None
        return done[-1] if done else None

    @cached_property
    def unanswered_at_last(self) -> Transaction | None:
        """The last request of an exchange other than a call, where it was repeated and never answered."""
        last = self.initial[-1] if self.initial else None
        if self.is_call or last is None or last.responses or last.request is None:
            return None
        return last if self.trace.retransmissions.get(last.request, 0) > 1 else None

    @property
    def final(self) -> int | None:
        """The final answer that the caller got; None where none came."""
        return self.decisive.final if self.decisive is not None else None

    @property
    def code(self) -> int:
        """Its status; 0 for none."""
        return self.decisive.code if self.decisive is not None else 0

    @property
    def is_answered(self) -> bool:
        """True where a call was answered, or a request was granted."""
        return 200 <= self.code < 300

    @cached_property
    def was_established(self) -> bool:
        """True for an answered call, also where its 200 was not captured: only such a call has an ACK of its own."""
        if self.is_answered or not self.is_call:
            return self.is_answered
        if self.code >= 300:
            return False
        invites = [one for one in self.transactions if one.method == "INVITE"]
        branches = {one.branch for one in invites}
        refused = {(one.call_id, one.cseq) for one in invites if one.code >= 300}
        acks = [one for one in self.transactions if one.method == "ACK" and (one.call_id, one.cseq) not in refused]
        own_ack = any(one.branch not in branches for one in acks)
        ended = any(one.method == "BYE" and 200 <= one.code < 300 for one in self.transactions)
        return (own_ack or ended) and bool(self.initial)

    # Further hops

    @cached_property
    def forwarded(self) -> list[Transaction]:
        """The same request on further hops, to phones and carriers."""
        return [
            one for one in self.transactions if self.is_initial(one) and one not in self.initial and self._later(one)
        ]

    def _later(self, transaction: Transaction) -> bool:
        return transaction.client != self.caller or transaction.call_id != self.trace.first.call_id

    @cached_property
    def forwarded_requests(self) -> list[int]:
        """Those requests."""
        return requests(self.forwarded)

    @property
    def has_both_hops(self) -> bool:
        """True where more than the caller's hop was captured."""
        return bool(self.forwarded)

    @cached_property
    def origin(self) -> Transaction | None:
        """Where the final answer was made: the hop on which it appears without one behind it."""
        if self.decisive is None or self.is_answered:
            return self.decisive
        at, seen = self.decisive, [self.decisive]
        while (behind := self._behind(at, seen)) is not None:
            at = behind
            seen.append(at)
        return at

    def _behind(self, at: Transaction, seen: list[Transaction]) -> Transaction | None:
        """The transaction behind a hop whose refusal it passed on."""
        latest = self.message(at.final).time_us + SLACK_US if at.final is not None else 0
        refused = [
            one
            for one in self.forwarded
            if one.final is not None
            and one not in seen
            and one.client == at.server
            and one.code >= 300
            and not (one.code == 487 and self._cancelled(one))
            and self.message(one.final).time_us <= latest
        ]
        same = [one for one in refused if one.code == at.code]
        if not same and at.code in (408, 487) and any(self._cancelled(one) for one in self.forwarded):
            return None  # the server's own timer ran out, and it cancelled the others
        return next(iter(reversed(same or refused)), None)

    def _cancelled(self, transaction: Transaction) -> bool:
        return any(
            one.method == "CANCEL"
            and (one.client, one.server, one.call_id) == (transaction.client, transaction.server, transaction.call_id)
            for one in self.transactions
        )

    @property
    def refusal_origin(self) -> int | None:
        """The refusal as it was made, on whatever hop."""
        return self.origin.final if self.origin is not None else None

    @cached_property
    def refused_by_server(self) -> bool:
        """True where the caller's own server refused, as its signature or the hops behind it show."""
        if self.final is None or self.origin is not self.decisive:
            return False
        challenged = [index for index in self.responses if self.message(index).status in (*CHALLENGES, 100)]
        signed = {_signature(self.message(index)) for index in challenged}
        return self.has_both_hops or bool(signed & {_signature(self.message(self.final))} - {""})

    @cached_property
    def silent(self) -> list[Transaction]:
        """Requests that were sent again and again and never answered, not even with a 100; the farthest hop first."""
        both = [*self.forwarded, *self.initial]
        return [one for one in both if not one.responses and self.retransmissions(one) >= SILENT_AFTER]

    # On the way to the answer

    @cached_property
    def provisional(self) -> list[int]:
        """18x answers to the caller."""
        return [index for index in self.responses if 180 <= self.message(index).status < 200]

    @cached_property
    def ringing(self) -> list[int]:
        """180 answers to the caller, else on any hop: only these say that a phone rang."""
        own = [index for index in self.provisional if self.message(index).status == 180]
        return own or self.find(lambda m: m.is_answer("INVITE", 180))

    @cached_property
    def early_media(self) -> list[int]:
        """183 and 180 with a session description: an announcement or a tone that may have been played."""
        return [index for index in self.provisional if self.message(index).sdp is not None]

    @cached_property
    def cancels(self) -> list[int]:
        """CANCEL of the caller."""
        return [
            one.request
            for one in self.transactions
            if one.method == "CANCEL" and one.client == self.caller and one.request is not None
        ]

    @cached_property
    def bye_transactions(self) -> list[Transaction]:
        """BYE on all hops, the first in time first."""
        return [one for one in self.transactions if one.method == "BYE"]

    @cached_property
    def byes(self) -> list[int]:
        """BYE requests, the first in time first."""
        return requests(self.bye_transactions)

    @cached_property
    def answer_index(self) -> int | None:
        """The 2xx of the call, on the caller's hop."""
        return self.final if self.is_answered else None

    @cached_property
    def acks(self) -> list[int]:
        """ACK requests."""
        return self.find(lambda m: m.is_request("ACK"))

    @cached_property
    def ended_by_server(self) -> bool:
        """True where the platform sent a BYE to both sides, and neither side had sent one before."""
        if not self.has_both_hops or not self.bye_transactions:
            return False
        sent = [one for one in self.bye_transactions if one.client == self.server]
        towards = {one.server for one in sent}
        came = [one for one in self.bye_transactions if one.server == self.server]
        return len(towards) > 1 and (not came or min(one.first for one in came) > max(one.first for one in sent))

    # What was said

    @cached_property
    def causes(self) -> Causes:
        """Why it ended, as the side that ended it said."""
        end = (*self.byes, *self.cancels, self.refusal_origin, self.final)
        return causes_of(self.message(index) for index in end if index is not None)

    def reason_text(self, indexes: Iterable[int | None]) -> str:
        """All in which a reason may be given: reason phrases, Reason, Warning and the like, in lower case."""
        found = []
        for index in indexes:
            if index is not None:
                reading = self.message(index).reading
                names = ("reason", "warning", "error-info", "x-reason", "x-error")
                found += [reading.reason, *(reading.headers.first(name) for name in names)]
        return " ".join(found).lower()

    @cached_property
    def credentials(self) -> list[int]:
        """Initial requests with credentials in them."""
        return [index for index in self.initial_requests if has_credentials(self.message(index))]

    @cached_property
    def dialled(self) -> str:
        """The number that was dialled: the user of the first hop's Request-URI, else that of To."""
        first = self.trace.first.reading
        if self.is_call and self.initial_requests:
            return self.message(self.initial_requests[0]).reading.uri_user or first.to_user
        return first.to_user

    def retransmissions(self, transaction: Transaction) -> int:
        """How often the request of a transaction was sent again."""
        return self.trace.retransmissions.get(transaction.request, 0) if transaction.request is not None else 0

    def repeats_of(self, index: int) -> list[int]:
        """The retransmissions of a message."""
        copies = self.trace.copies
        return [later for later, first in self.trace.repeats.items() if first == index and later not in copies]


def has_credentials(message: Message) -> bool:
    """True for a request with a digest in it."""
    return any(message.reading.headers.first(name) for name in CREDENTIALS)


def _signature(message: Message) -> str:
    headers = message.reading.headers
    return headers.first("server") or headers.first("user-agent")
