"""Find the Call-IDs that are legs of one call: by X-CID or Session-ID (RFC 7989), else by a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from partnertui.calls.guessed_legs import guessed_pairs
from partnertui.calls.leg import Join, Leg
from partnertui.calls.trace_model import Message

OTHER_LEG_HEADERS = {
    "x-cid": "X-CID",
    "x-call-id": "X-Call-ID",
    "x-callid": "X-CallID",
    "x-a-leg-call-id": "X-A-Leg-Call-ID",
    "x-b-leg-call-id": "X-B-Leg-Call-ID",
}
"""Headers in which a B2BUA names the Call-ID of the other leg."""
MAX_LEG_ROUNDS = 4
"""How many times headers that name other legs are followed."""
GIVEN = "both of the CDR's Call-IDs"
OTHER_LEG_VALUE = re.compile(
    rb"\n(?:" + "|".join(OTHER_LEG_HEADERS).encode() + rb")[ \t]*:[ \t]*([^\r\n]+)", re.IGNORECASE
)
"""The value of such a header, in the bytes of a message."""
_LETTERS = "".join(sorted({name.removeprefix("x-")[0] for name in OTHER_LEG_HEADERS}))
MAY_NAME_A_LEG = re.compile(rb"\n(?:x-[" + _LETTERS.encode() + rb"]|session-)", re.IGNORECASE)
"""What a message has that names another leg: one quick search instead of one for each header."""
_HEX = re.compile(r"[0-9a-fA-F]{32}")
_NIL = "0" * 32


def leg_of(call_id: str, messages: Sequence[Message]) -> Leg:
    """Read the headers that name other legs."""
    named: dict[str, str] = {}
    sessions: set[str] = set()
    for message in messages[:40]:
        if not MAY_NAME_A_LEG.search(message.data):
            continue  # one search instead of six headers: most messages name none
        headers = message.reading.headers
        for name, written in OTHER_LEG_HEADERS.items():
            for value in headers.all(name):
                named.setdefault(value.strip(), written)
        for value in headers.all("session-id"):
            sessions |= sessions_in(value)
    invite = next((message for message in messages if message.is_request("INVITE")), None)
    correlations = {message.correlation_id for message in messages[:40]} - {"", call_id}
    named.pop(call_id, None)
    return Leg(call_id, invite, named, frozenset(sessions), frozenset(correlations))


def legs_of(messages: Iterable[Message]) -> list[Leg]:
    """The legs that messages belong to, in order of time."""
    return [leg_of(call_id, found) for call_id, found in by_call_id(messages).items()]


def by_call_id(messages: Iterable[Message]) -> dict[str, list[Message]]:
    """Messages by Call-ID, in order of time."""
    groups: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda message: (message.time_us, message.frame)):
        groups.setdefault(message.call_id, []).append(message)
    return groups


def join_of(messages: Iterable[Message], given: Iterable[str]) -> Join:
    """What joins the legs of a call; `given`: Call-IDs that were known to be its own before."""
    legs = legs_of(messages)
    words = dict.fromkeys(pair.by for _, _, pair in certain_pairs(legs))
    if words:
        return Join(" and ".join(words))
    return Join(GIVEN) if len({leg.call_id for leg in legs} & set(given)) > 1 else Join()


def sessions_in(value: str) -> set[str]:
    """The UUIDs of a Session-ID, local and remote; the nil UUID is ignored (RFC 7989, section 5)."""
    return {word.lower() for word in _HEX.findall(value)} - {_NIL}


class Joined:
    """Call-IDs merged step by step, with the reason for each merge (a disjoint-set forest)."""

    def __init__(self, call_ids: Iterable[str]) -> None:
        self._parent = {call_id: call_id for call_id in call_ids}
        self._by: dict[str, Join] = {}

    def root(self, call_id: str) -> str:
        """The representative Call-ID of a call."""
        while self._parent[call_id] != call_id:
            # path halving: every look-up makes the next one shorter
            self._parent[call_id] = call_id = self._parent[self._parent[call_id]]
        return call_id

    def by(self, call_id: str) -> Join:
        """What its legs were matched by."""
        return self._by.get(self.root(call_id), Join())

    def alone(self, call_id: str) -> bool:
        """True if nothing was merged with it yet."""
        return self.root(call_id) not in self._by

    def unite(self, one: str, other: str, by: Join) -> None:
        """Merge two Call-IDs."""
        first, second = self.root(one), self.root(other)
        if first == second:
            return
        words = dict.fromkeys(join.by for join in (self.by(first), self.by(second), by) if join.by)
        guessed = by.guessed or self.by(first).guessed or self.by(second).guessed
        self._parent[second] = first
        self._by[first] = Join(" and ".join(words), guessed)


def join(groups: Mapping[str, Sequence[Message]]) -> Iterator[tuple[list[Message], Join]]:
    """Merge groups of messages by Call-ID into calls, in the order of the groups."""
    legs = [leg_of(call_id, messages) for call_id, messages in groups.items()]
    joined = Joined(groups)
    for one, other, by in certain_pairs(legs):
        joined.unite(one, other, by)
    for one, other, by in guessed_pairs([leg for leg in legs if joined.alone(leg.call_id)]):
        joined.unite(one, other, by)
    calls: dict[str, list[Message]] = {}
    for leg in legs:
        calls.setdefault(joined.root(leg.call_id), []).extend(groups[leg.call_id])
    for call_id, messages in calls.items():
        yield messages, joined.by(call_id)


def certain_pairs(legs: Sequence[Leg]) -> Iterator[tuple[str, str, Join]]:
    """Pairs of Call-IDs that a header ties together."""
    known = {leg.call_id for leg in legs}
    # dictionaries and not every pair: captures have tens of thousands of legs
    by_session: dict[str, str] = {}
    by_correlation = {call_id: call_id for call_id in known}  # Asterisk may send the Call-ID of the first leg
    for leg in legs:
        for other in leg.named.keys() & known:
            yield leg.call_id, other, Join(leg.named[other])
        for session in leg.sessions:
            first = by_session.setdefault(session, leg.call_id)
            if first != leg.call_id:
                yield first, leg.call_id, Join("Session-ID")
        for correlation in leg.correlations:
            first = by_correlation.setdefault(correlation, leg.call_id)
            if first != leg.call_id:
                yield first, leg.call_id, Join("the HEP correlation ID")
