"""The turning points of a call, found once: who asked, who rang, who said the last word. Places in `Trace.messages`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from partnertui.calls.causes import Causes, causes_of
from partnertui.calls.model import Message, Trace

CHALLENGES = (401, 407)
CREDENTIALS = ("authorization", "proxy-authorization")


@dataclass(frozen=True)
class CallAnalysis:
    """What rules and figures ask of a trace. A repetition is never a turning point."""

    trace: Trace

    def find(self, wanted: Callable[[Message], bool]) -> list[int]:
        """Places of messages that are no repetitions, in order."""
        repeats = self.trace.repeats
        return [index for index, message in enumerate(self.trace.messages) if index not in repeats and wanted(message)]

    def message(self, index: int) -> Message:
        """The message at a place."""
        return self.trace.messages[index]

    @cached_property
    def method(self) -> str:
        """What it is about: INVITE, REGISTER …"""
        return self.trace.method

    @cached_property
    def caller(self) -> str:
        """The address of who asked first; where only answers were captured, of whom they went to."""
        first = self.trace.first
        return first.source.address if first.reading.is_request else first.destination.address

    @cached_property
    def initial_requests(self) -> list[int]:
        """The requests that begin it as the caller sent them, one for each attempt (with credentials, redirected …)."""
        own = self.trace.first.call_id
        return self.find(
            lambda m: (
                m.is_request(self.method)
                and m.source.address == self.caller
                and m.call_id == own
                and (self.method != "INVITE" or not m.reading.to_tag)
            )
        )

    @cached_property
    def attempts(self) -> frozenset[int]:
        """CSeq numbers of these."""
        return frozenset(self.message(index).reading.cseq for index in self.initial_requests)

    @cached_property
    def responses(self) -> list[int]:
        """Answers to them as the caller got them; where none was captured on that hop, those on any."""
        first = self.trace.first.call_id
        found = self.find(
            lambda m: (
                m.status > 0
                and m.method == self.method
                and m.call_id == first
                and (not self.attempts or m.reading.cseq in self.attempts)
            )
        )
        return [index for index in found if self.message(index).destination.address == self.caller] or found

    @cached_property
    def challenges(self) -> list[int]:
        """401 and 407 that the caller answered with another attempt: no error, ever."""
        return [
            index
            for index in self.responses
            if self.message(index).status in CHALLENGES
            and self.initial_requests
            and index < self.initial_requests[-1]
            and self.message(index).reading.cseq < max(self.attempts)
        ]

    @cached_property
    def final(self) -> int | None:
        """The last word to the caller: a 2xx if there was one, else the last refusal; None where none came."""
        finals = [
            index for index in self.responses if self.message(index).status >= 200 and index not in self.challenges
        ]
        good = [index for index in finals if self.message(index).status < 300]
        return next(iter(good or finals[-1:]), None)

    @property
    def code(self) -> int:
        """The status of the last word; 0 for none."""
        return self.message(self.final).status if self.final is not None else 0

    @property
    def is_answered(self) -> bool:
        """True where a call was taken, or a request was granted."""
        return 200 <= self.code < 300

    @cached_property
    def refusal_origin(self) -> int | None:
        """Where the refusal was made: the first such answer on any hop, further on than what the caller got."""
        if self.final is None or self.is_answered:
            return self.final
        refusals = self.find(
            lambda m: (
                m.method == self.method
                and m.status >= 300
                and m.status not in CHALLENGES
                and m.time_us <= self.message(self.final or 0).time_us
            )
        )
        beyond = [index for index in refusals if self.message(index).source.address in self.next_hops]
        return (beyond[-1:] or [self.final])[0]

    @cached_property
    def server(self) -> str:
        """The address that the caller talks to."""
        first = self.trace.first
        return first.destination.address if first.reading.is_request else first.source.address

    @cached_property
    def forwarded_requests(self) -> list[int]:
        """The request as it was passed on, to phones and carriers."""
        return self.find(
            lambda m: m.is_request(self.method) and not m.reading.to_tag and m.source.address != self.caller
        )

    @cached_property
    def next_hops(self) -> frozenset[str]:
        """Addresses that it was passed on to."""
        return frozenset(self.message(index).destination.address for index in self.forwarded_requests)

    @cached_property
    def refused_by_server(self) -> bool:
        """True where the caller's own server refused: it signs as it did before, or nobody behind it refused."""
        if (
            self.final is None
            or self.refusal_origin is None
            or self.message(self.refusal_origin).source.address != self.server
        ):
            return False
        signed = {
            _signature(self.message(index))
            for index in self.responses
            if self.message(index).status in (*CHALLENGES, 100)
        }
        return self.has_both_hops or bool(signed & {_signature(self.message(self.final))} - {""})

    @cached_property
    def has_both_hops(self) -> bool:
        """True where more than the caller's hop was captured."""
        return bool(self.forwarded_requests)

    @cached_property
    def ringing(self) -> list[int]:
        """18x answers to the caller."""
        return [index for index in self.responses if 180 <= self.message(index).status < 200]

    @cached_property
    def cancels(self) -> list[int]:
        """CANCEL of the caller."""
        return self.find(lambda m: m.is_request("CANCEL") and m.source.address == self.caller)

    @cached_property
    def byes(self) -> list[int]:
        """BYE requests, the first in time first."""
        return self.find(lambda m: m.is_request("BYE"))

    @cached_property
    def causes(self) -> Causes:
        """Why it ended, as whoever ended it said."""
        end = (*self.byes, *self.cancels, self.refusal_origin, self.final)
        return causes_of(self.message(index) for index in end if index is not None)

    @cached_property
    def credentials(self) -> list[int]:
        """Attempts with a password in them."""
        return [
            index
            for index in self.initial_requests
            if any(self.message(index).reading.headers.first(name) for name in CREDENTIALS)
        ]

    @cached_property
    def _heard(self) -> frozenset[tuple[object, ...]]:
        return frozenset((m.source, m.method, m.reading.branch) for m in self.trace.messages if m.status)

    def was_answered(self, request: Message) -> bool:
        """True where anything answered a request, be it a 100 (matched by branch: RFC 3261, section 17.1.3)."""
        return (request.destination, request.method, request.reading.branch) in self._heard

    def reason_text(self, indexes: Iterable[int | None]) -> str:
        """Everything in which a reason may stand: reason phrases, Reason and Warning headers, in lower case."""
        found = []
        for index in indexes:
            if index is not None:
                reading = self.message(index).reading
                found += [reading.reason, *(reading.headers.first(name) for name in ("reason", "warning"))]
        return " ".join(found).lower()

    def seconds(self, one: int, other: int) -> float:
        """Time between two messages."""
        return (self.message(other).time_us - self.message(one).time_us) / 1e6


def _signature(message: Message) -> str:
    headers = message.reading.headers
    return headers.first("server") or headers.first("user-agent")
