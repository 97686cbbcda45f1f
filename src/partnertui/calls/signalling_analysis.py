"""Analysis of an exchange's signalling: responses, who refused it, ringing, how it ended and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnertui.calls.last_exchange import Exchange
from partnertui.calls.reason_headers import Causes, causes_of
from partnertui.calls.sip_transactions import Transaction, requests
from partnertui.calls.trace_model import Message
from partnertui.domain.sip_and_q850_codes import CHALLENGES
from partnertui.sip.lock_free_cached_property import cached_property

CREDENTIALS = ("authorization", "proxy-authorization")
CHALLENGE_HEADERS = ("www-authenticate", "proxy-authenticate")
SILENT_AFTER = 2
"""Retransmissions after which silence is no accident (RFC 3261, section 17.1.1.2, timer A)."""
SLACK_US = 50_000
"""How much later than the answer passed on an answer may have been captured: two captures, two clocks."""


@dataclass(frozen=True)
class CallAnalysis(Exchange):
    """Answers and ends of an exchange, as rules and statistics need them."""

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
            # one success among several attempts at once decides the call
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

    @cached_property
    def asked(self) -> list[int]:
        """The request that the final answer is about, else the last attempt; empty where it wasn't captured."""
        own = self.decisive.request if self.decisive is not None else None
        return [own] if own is not None else self.initial_requests[-1:]

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
        """True for an answered call, also where its 200 wasn't captured: only such a call has an ACK of its own."""
        if self.is_answered or not self.is_call:
            return self.is_answered
        if self.code >= 300:
            return False
        invites = [one for one in self.transactions if one.method == "INVITE"]
        branches = {one.branch for one in invites}
        refused = {(one.call_id, one.cseq) for one in invites if one.code >= 300}
        acks = [one for one in self.transactions if one.method == "ACK" and (one.call_id, one.cseq) not in refused]
        # the ACK of a 2xx is a transaction of its own, with another branch (RFC 3261, section 17.1.1.3)
        own_ack = any(one.branch not in branches for one in acks)
        ended = any(one.method == "BYE" and 200 <= one.code < 300 for one in self.transactions)
        return (own_ack or ended) and bool(self.initial)

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
            # 487 after a CANCEL is only the echo of it
            and not (one.code == 487 and self._cancelled(one))
            and (self.message(one.final).time_us <= latest or self._other_clock(one, at))
        ]
        # a proxy passes on the best of several refusals (RFC 3261, section 16.7, step 6)
        same = [one for one in refused if one.code == at.code]
        if not same and at.code in (408, 487) and any(self._cancelled(one) for one in self.forwarded):
            return None  # the server's own timer ran out, and it cancelled the others
        return next(iter(reversed(same or refused)), None)

    def _other_clock(self, one: Transaction, other: Transaction) -> bool:
        """True where two hops were captured in different files, whose clocks may differ."""
        # two capture files are two clocks
        return self.message(one.first).origin != self.message(other.first).origin

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
        # only the platform itself challenges and sends 100: its Server header is its signature
        challenged = [index for index in self.responses if self.message(index).status in (*CHALLENGES, 100)]
        signed = {_signature(self.message(index)) for index in challenged}
        return self.has_both_hops or bool(signed & {_signature(self.message(self.final))} - {""})

    @cached_property
    def silent(self) -> list[Transaction]:
        """Requests that were sent again and again and never answered, not even with a 100; the farthest hop first."""
        acknowledged = {_hop(one) for one in self.transactions if one.method == "ACK"}
        both = [*self.forwarded, *self.initial]  # what was acknowledged was answered, though that wasn't captured
        quiet = [one for one in both if not one.responses and _hop(one) not in acknowledged]
        return [one for one in quiet if self.retransmissions(one) >= SILENT_AFTER]

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
        """BYE on all hops, the first in time first; not those of answers that were one too many."""
        found = [one for one in self.transactions if one.method == "BYE"]
        if self.decisive is None or len(found) < 2:
            return found
        read = [self.message(index).reading for index in self.decisive.responses]
        answers = {one.to_tag for one in read if 200 <= one.status < 300}
        if len(answers) < 2:
            return found
        # several phones answered at once: the caller keeps one call and ends the others (RFC 3261, section 13.2.2.4)
        ends = {tag: [one for one in found if tag in self._tags(one)] for tag in answers}
        kept = max(answers, key=lambda tag: ends[tag][0].first if ends[tag] else len(self.trace.messages))
        dropped = answers - {kept}
        return [one for one in found if not dropped.intersection(self._tags(one))]

    def _tags(self, transaction: Transaction) -> tuple[str, str]:
        reading = self.message(transaction.first).reading
        return reading.from_tag, reading.to_tag

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


def has_credentials(message: Message) -> bool:
    """True for a request with a digest in it."""
    return any(message.reading.headers.first(name) for name in CREDENTIALS)


def _hop(transaction: Transaction) -> tuple[object, ...]:
    return transaction.call_id, transaction.cseq, transaction.client, transaction.server


def _signature(message: Message) -> str:
    headers = message.reading.headers
    return headers.first("server") or headers.first("user-agent")
