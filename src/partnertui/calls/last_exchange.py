"""Exchange: parties, hops and transactions of a call's last attempt, or of another request such as REGISTER."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partnertui.calls.sip_transactions import Hops, Transaction, requests, transactions_of, translated
from partnertui.calls.trace_model import Endpoint, Message, Trace
from partnertui.sip.lock_free_cached_property import cached_property


@dataclass(frozen=True)
class Exchange:
    """The last attempt of a call, or the exchange of another request: its parties, hops and transactions."""

    trace: Trace

    def message(self, index: int) -> Message:
        """The message at an index."""
        return self.trace.messages[index]

    def find(self, wanted: Callable[[Message], bool]) -> list[int]:
        """Indexes of the attempt's messages, in order, without repetitions and copies."""
        return [index for index, message in self._sent if wanted(message)]

    @cached_property
    def _sent(self) -> list[tuple[int, Message]]:
        """The attempt's messages, each as it was first sent."""
        repeats, seen, start = self.trace.repeats, self.hops.seen_before, self.attempt_start
        numbered = enumerate(self.trace.messages)
        return [(n, message) for n, message in numbered if n >= start and n not in repeats and n not in seen]

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
        # where the capture begins with an answer, its source is the server
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
            # an INVITE inside a dialog, which has a To tag, is a re-INVITE
            return self.method != "INVITE" or not self.message(transaction.request).reading.to_tag
        return True

    @cached_property
    def caller_is_server(self) -> bool:
        """True where the side that asks is a server itself: it passes on what came to it."""
        first = self.initial_requests[:1]
        headers = self.message(first[0]).reading.headers if first else None
        # a second Via: the request had passed another server before
        return headers is not None and len(", ".join(headers.all("via")).split(",")) > 1

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
            # the same From tag with another CSeq is the same attempt, sent again with a password
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
        """True for answers whose request wasn't captured, to a re-INVITE: after an answered call."""
        if transaction.cseq < highest:
            return False
        earlier = [one for one in self._all_initial if one.cseq < transaction.cseq and 200 <= one.code < 300]
        return bool(earlier)

    @cached_property
    def initial_requests(self) -> list[int]:
        """The requests among them that were captured."""
        return requests(self.initial)

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

    def retransmissions(self, transaction: Transaction) -> int:
        """How often the request of a transaction was sent again."""
        return self.trace.retransmissions.get(transaction.request, 0) if transaction.request is not None else 0

    def repeats_of(self, index: int) -> list[int]:
        """The retransmissions of a message."""
        copies = self.trace.copies
        return [later for later, first in self.trace.repeats.items() if first == index and later not in copies]
