"""The registrations of phones over time: registered, refreshed, lost, from another address (RFC 3261, section 10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.correlation import by_call_id
from partnertui.calls.registration_outcome import contacts, granted_seconds, registered_contact, removes
from partnertui.calls.signalling_analysis import CHALLENGE_HEADERS, CallAnalysis, has_credentials
from partnertui.calls.sip_transactions import Transaction
from partnertui.calls.trace_model import Message
from partnertui.domain.sip_and_q850_codes import CHALLENGES

_INSTANCE = re.compile(r'\+sip\.instance\s*=\s*"?<?([^">;]+)', re.IGNORECASE)
_PRODUCT = re.compile(r"[/ ]")
SLACK_US = 5_000_000
"""How long after its end a registration still counts: the refresh is on its way."""
AT_ONCE = 5.0
"""Seconds within which a phone answers a challenge by itself."""


class EventKind(StrEnum):
    """What happened; the value says it in words."""

    REGISTERED = "registered"
    REFRESHED = "refreshed"
    MOVED = "registered from another address"
    EXPIRED = "expired"
    REMOVED = "removed"
    REFUSED = "refused"
    WRONG_PASSWORD = "password not accepted"
    NO_ANSWER = "not answered"


@dataclass(frozen=True)
class RegistrationEvent:
    """Something that happened to a registration at `time_us` (microseconds since 1970).

    `seconds`: for how long it was granted. `count`: how many refreshes in a row it stands for, the last at `last_us`.
    `origin` and `frame`: the capture and the packet that show it.
    """

    time_us: int
    kind: EventKind
    contact: str = ""
    address: str = ""
    detail: str = ""
    seconds: int = 0
    count: int = 1
    last_us: int = 0
    origin: str = ""
    frame: int = 0

    @property
    def is_loss(self) -> bool:
        """True where calls no longer reach the phone from here on."""
        return self.kind in (EventKind.EXPIRED, EventKind.REMOVED)


@dataclass(frozen=True)
class RegistrationTimeline:
    """The events of a phone in order of time, and what they add up to. `until_us`: the last moment looked at."""

    device: str
    events: tuple[RegistrationEvent, ...]
    until_us: int

    @property
    def flaps(self) -> int:
        """How often the phone was lost and came back."""
        lost, counted = False, 0
        for event in self.events:
            if event.is_loss:
                lost = True
            elif event.kind in (EventKind.REGISTERED, EventKind.MOVED) and lost:
                lost, counted = False, counted + 1
        return counted

    @property
    def address_changes(self) -> int:
        """How often it came from another address."""
        return sum(event.kind is EventKind.MOVED for event in self.events)

    @property
    def is_registered(self) -> bool:
        """True where the last thing that changed its state was a success."""
        states = [event for event in self.events if event.is_loss or event.seconds]
        return bool(states) and not states[-1].is_loss


@dataclass
class _State:
    """What is known while the time goes on: contact and address that are registered, and until when."""

    contact: str = ""
    address: str = ""
    until_us: int = 0
    known: bool = False
    events: list[RegistrationEvent] = field(default_factory=list)


def registration_timelines(messages: Iterable[Message], until_us: int) -> list[RegistrationTimeline]:
    """The time line of each phone of one address of record, of its REGISTER requests and answers in any order."""
    exchanges = [CallAnalysis(build_trace(group)) for group in by_call_id(messages).values()]
    phones = _phones([one for one in exchanges if one.method == "REGISTER" and one.initial_requests])
    return [_timeline(phone, until_us) for phone in phones]


def _timeline(phone: Sequence[CallAnalysis], until_us: int) -> RegistrationTimeline:
    state = _State()
    found = [(one, step) for one in phone for step in one.initial if step.request is not None]
    found.sort(key=lambda pair: pair[0].message(pair[1].first).time_us)
    for number, (analysis, transaction) in enumerate(found):
        _expire(state, analysis.message(transaction.first).time_us)
        if transaction.code in CHALLENGES and _succeeds_at_once(found[number + 1 : number + 2], analysis, transaction):
            continue  # an ordinary challenge, or a nonce that was too old
        _add(state, analysis, transaction)
    _expire(state, until_us)
    device = _first_request(phone[-1]).reading.headers.first("user-agent")
    return RegistrationTimeline(device, tuple(_joined(state.events)), until_us)


def _phones(exchanges: list[CallAnalysis]) -> list[list[CallAnalysis]]:
    """Call-IDs of one phone: by its instance (RFC 5626), else the same kind of phone that used one after the other."""
    phones: list[list[CallAnalysis]] = []
    for exchange in sorted(exchanges, key=lambda one: one.trace.start_us):
        for phone in phones:
            if _is_same_phone(phone[-1], exchange):
                phone.append(exchange)
                break
        else:
            phones.append([exchange])
    return phones


def _is_same_phone(one: CallAnalysis, later: CallAnalysis) -> bool:
    mine, yours = _first_request(one), _first_request(later)
    instances = [match[1] if (match := _INSTANCE.search(", ".join(contacts(m)))) else "" for m in (mine, yours)]
    if any(instances):
        return instances[0] == instances[1]
    names = [_PRODUCT.split(m.reading.headers.first("user-agent"), 1)[0].lower() for m in (mine, yours)]
    return names[0] == names[1] and one.trace.messages[-1].time_us <= later.trace.start_us


def _first_request(exchange: CallAnalysis) -> Message:
    return exchange.message(exchange.initial_requests[0])


def _expire(state: _State, now_us: int) -> None:
    if state.until_us and now_us > state.until_us + SLACK_US:
        state.events.append(
            RegistrationEvent(state.until_us, EventKind.EXPIRED, state.contact, state.address, "not refreshed in time")
        )
        state.until_us = 0


def _add(state: _State, analysis: CallAnalysis, transaction: Transaction) -> None:
    assert transaction.request is not None
    request = analysis.message(transaction.request)
    shown = analysis.message(transaction.final) if transaction.final is not None else request
    address, contact = request.source.address, registered_contact(request)

    def event(kind: EventKind, detail: str = "", seconds: int = 0) -> None:
        made = RegistrationEvent(
            shown.time_us, kind, contact, address, detail, seconds, 1, shown.time_us, shown.origin, shown.frame
        )
        state.events.append(made)

    if transaction.final is None:
        if not transaction.responses and analysis.retransmissions(transaction) > 1:
            event(EventKind.NO_ANSWER, f"sent {analysis.retransmissions(transaction) + 1} times")
        return
    if transaction.code in CHALLENGES:
        if has_credentials(request) and not _is_stale(shown):
            event(EventKind.WRONG_PASSWORD, shown.reading.start)
        return
    if transaction.code >= 300:
        event(EventKind.REFUSED, shown.reading.start)
        return
    seconds = granted_seconds(analysis, transaction)
    if removes(analysis, transaction) or seconds == 0:
        event(EventKind.REMOVED, "by the phone" if removes(analysis, transaction) else "by the server (0 s granted)")
        state.until_us = 0
        return
    event(_success(state, contact, address), seconds=seconds or 0)
    state.contact, state.address, state.known = contact, address, True
    state.until_us = shown.time_us + seconds * 1_000_000 if seconds else 0


def _succeeds_at_once(
    later: Sequence[tuple[CallAnalysis, Transaction]], analysis: CallAnalysis, transaction: Transaction
) -> bool:
    return any(
        other is analysis and 200 <= step.code < 300 and analysis.seconds(transaction.first, step.first) < AT_ONCE
        for other, step in later
    )


def _is_stale(challenge: Message) -> bool:
    values = (challenge.reading.headers.first(name) for name in CHALLENGE_HEADERS)
    # Then the nonce was too old, and the password is right (RFC 7616, section 3.3).
    return "stale=true" in next(filter(None, values), "").replace('"', "").lower()


def _success(state: _State, contact: str, address: str) -> EventKind:
    if state.known and address != state.address:
        return EventKind.MOVED
    return EventKind.REFRESHED if state.until_us and contact == state.contact else EventKind.REGISTERED


def _joined(events: list[RegistrationEvent]) -> Iterator[RegistrationEvent]:
    """Refreshes in a row as one event."""
    run: list[RegistrationEvent] = []
    for event in [*events, None]:
        if event is not None and event.kind is EventKind.REFRESHED:
            run.append(event)
            continue
        if run:
            yield replace(run[-1], time_us=run[0].time_us, count=len(run))
            run = []
        if event is not None:
            yield event
