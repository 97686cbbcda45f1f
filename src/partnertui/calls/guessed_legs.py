"""Joins legs without a common header by numbers, time and SDP; such legs are always marked as guessed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from partnertui.calls.leg import Join, Leg
from partnertui.calls.trace_model import Message

MAX_LEG_GAP_US = 4_000_000
"""A guessed second leg starts within this time of the first."""
NUMBERS = Join("numbers and time", guessed=True)
NUMBERS_AND_SDP = Join("numbers, time and SDP", guessed=True)
_LONG, _UNIQUE = 6, 5
"""Digits of a number that isn't an extension, and of a session's ID that isn't the same in all calls of a device."""


class _Likeness(NamedTuple):
    """How much of two session descriptions and of two numbers agrees; compared in this order."""

    sdp: int = 0
    numbers: int = 0


_NONE = _Likeness()


class _Call(NamedTuple):
    """A leg that may be the first or the second of a call."""

    call_id: str
    invite: Message
    descriptions: frozenset[str]

    @property
    def host(self) -> str:
        """Where it comes from."""
        return self.invite.source.address


@dataclass
class _Best:
    """The best partner of a leg so far; None where two are equally good."""

    likeness: _Likeness = _NONE
    partner: str | None = None

    def offer(self, likeness: _Likeness, partner: str) -> None:
        if likeness > self.likeness:
            self.likeness, self.partner = likeness, partner
        elif likeness == self.likeness and partner != self.partner:
            # a tie is no evidence: two calls between the same numbers at once happen in every call centre
            self.partner = None


def guessed_pairs(legs: Sequence[Leg]) -> Iterator[tuple[str, str, Join]]:
    """First and second leg: the second leaves the host that the first came to, or has the first one's description.

    Each must be the best for the other, and the only one: a wrong pair would mislead.
    """
    calls = [_Call(leg.call_id, leg.invite, _descriptions(leg.invite)) for leg in legs if leg.invite is not None]
    calls.sort(key=lambda call: call.invite.time_us)
    best: dict[str, dict[str, _Best]] = {"second": defaultdict(_Best), "first": defaultdict(_Best)}
    for first, second, likeness in _candidates(calls):
        best["second"][first].offer(likeness, second)
        best["first"][second].offer(likeness, first)
    taken: set[str] = set()
    for call_id in (call.call_id for call in calls):
        found = best["second"][call_id]
        other_id = found.partner
        if call_id in taken or other_id is None or other_id in taken or best["first"][other_id].partner != call_id:
            continue
        taken.add(other_id)
        yield call_id, other_id, NUMBERS_AND_SDP if found.likeness.sdp else NUMBERS


def guess(legs: Sequence[Leg], call_id: str) -> tuple[str, Join]:
    """The Call-ID that is guessed to be the other leg of one of these; empty where there is none."""
    for one, other, by in guessed_pairs(legs):
        if call_id in (one, other):
            return (other if one == call_id else one), by
    return "", Join()


def _candidates(calls: Sequence[_Call]) -> Iterator[tuple[str, str, _Likeness]]:
    """Pairs that may be first and second leg, with how well they fit."""
    sent_from: dict[str, list[_Call]] = defaultdict(list)
    described: dict[str, list[_Call]] = defaultdict(list)
    for call in calls:
        sent_from[call.invite.source.address].append(call)
        for key in call.descriptions:
            described[key].append(call)
    for call in calls:
        # a B2BUA sends the second leg from the host that received the first
        near = list(_soon(sent_from.get(call.invite.destination.address, ()), call))
        for key in call.descriptions:
            # or from another of its addresses; the caller's own next attempt is no second leg
            near += [one for one in _soon(described[key], call) if one not in near and _goes_on(call, one)]
        for other in near:
            likeness = _likeness(call, other)
            if other is not call and likeness.numbers:
                yield call.call_id, other.call_id, likeness


def _goes_on(first: _Call, second: _Call) -> bool:
    """False for the next attempt of the same host, and for what comes back to it."""
    return first.host not in (second.host, second.invite.destination.address)


def _soon(calls: Sequence[_Call], first: _Call) -> Iterator[_Call]:
    """Those of some calls, by time, that start soon after one."""
    begin = first.invite.time_us
    for index in range(bisect_left(calls, begin, key=lambda call: call.invite.time_us), len(calls)):
        if calls[index].invite.time_us - begin > MAX_LEG_GAP_US:
            return
        yield calls[index]


def _likeness(one: _Call, other: _Call) -> _Likeness:
    """How well two INVITEs fit as legs of one call; no number in common: not at all."""
    a, b = one.invite.reading, other.invite.reading
    callers, called = same_number(a.from_user, b.from_user), same_number(a.to_user, b.to_user)
    sdp = len(one.descriptions & other.descriptions)
    if not sdp and (
        # a hotline is called by many at once, and a company's number calls many: that one number agrees is nothing
        (called and not callers and _differ(a.from_user, b.from_user))
        or (callers and not called and _differ(a.to_user, b.to_user) and _is_long(a.from_user))
    ):
        return _Likeness()
    return _Likeness(sdp, callers + called)


def _differ(one: str, other: str) -> bool:
    """True for two whole numbers: a DDI and the extension behind it may be one party."""
    return _is_long(one) == _is_long(other) and "anonymous" not in (one.lower(), other.lower()) and bool(one and other)


def _is_long(user: str) -> bool:
    bare = user.lstrip("+")
    return bare.isdecimal() and len(bare) >= _LONG


def _descriptions(invite: Message) -> frozenset[str]:
    """What of a session description stays where it is passed on: the place of its audio, and its origin (RFC 8866)."""
    sdp = invite.sdp
    if sdp is None:
        return frozenset()
    found = set()
    audio = sdp.audio
    if audio is not None and audio.port and audio.address not in ("", "0.0.0.0", "::"):
        found.add(f"{audio.address} {audio.port}")
    words = sdp.origin.split()
    if len(words) > 1 and words[1].isdecimal() and len(words[1]) >= _UNIQUE:
        found.add(sdp.origin)
    return frozenset(found)


def number_suffix(user: str) -> str:
    """The last digits that all matching numbers share; empty for an anonymous user."""
    bare = user.lstrip("+0")
    return "" if bare == "anonymous" else bare[-6:]


def same_number(one: str, other: str) -> bool:
    """True for the same number or name, ignoring country and trunk prefixes."""
    first, second = one.lstrip("+0"), other.lstrip("+0")
    if not first or not second or "anonymous" in (first, second):
        return False
    if first == second:
        return True
    # extensions of two to five digits would end in the same digits by chance
    return min(len(first), len(second)) >= 6 and (first.endswith(second[-8:]) or second.endswith(first[-8:]))
