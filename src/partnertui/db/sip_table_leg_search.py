"""Finds all legs of a call in a table of SIP messages, by headers that name other legs, else by numbers and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from partnertui.calls.call_assembly import build_trace
from partnertui.calls.correlation import (
    MAX_LEG_ROUNDS,
    by_call_id,
    join_of,
    leg_of,
    legs_of,
)
from partnertui.calls.guessed_legs import MAX_LEG_GAP_US, guess
from partnertui.calls.leg import Join, Leg
from partnertui.calls.replaced_calls import with_related
from partnertui.calls.trace_model import Message, Trace

MAX_MESSAGES = 20_000
"""Messages read per query."""


class MessageSource(Protocol):
    """A table of SIP messages."""

    def with_call_ids(self, call_ids: Iterable[str]) -> list[Message]:
        """Messages with one of these Call-IDs."""

    def with_correlations(self, correlations: Iterable[str]) -> list[Message]:
        """Messages with one of these correlation IDs of HEP."""

    def invites_near(self, first: Message) -> list[Message]:
        """INVITEs of other calls within MAX_LEG_GAP_US of a message."""


def find_linked_call(source: MessageSource, call_ids: Sequence[str], no_media: str) -> Trace | None:
    """The call with these Call-IDs and its other legs; None if the table has none of them.

    Calls that its transfers and pick-ups name are in the trace, too. `no_media`: what an answered call is said to lack.
    """
    found = _linked_call(source, call_ids, no_media)
    if found is None:
        return None
    # who names this one is only known of what is near in time: the table has no index of such headers
    return with_related(found, (), lambda call_id: _linked_call(source, [call_id], no_media))


def _linked_call(source: MessageSource, call_ids: Sequence[str], no_media: str) -> Trace | None:
    messages = source.with_call_ids(call_ids)
    if not messages:
        return None
    known = {message.call_id for message in messages}
    for _ in range(MAX_LEG_ROUNDS):
        more = _named(source, messages) - known
        if not more:
            break
        known |= more
        messages += source.with_call_ids(sorted(more))
    if len(known) == 1:
        other, by = _guessed(source, messages)
        messages += source.with_call_ids([other]) if other else []
        if other and not join_of(messages, ()).by:  # otherwise its responses name the first leg
            return build_trace(messages, by, missing=_missing(messages, no_media))
    return build_trace(messages, join_of(messages, call_ids), missing=_missing(messages, no_media))


def _missing(messages: Sequence[Message], no_media: str) -> list[str]:
    """What the table can't show: the media, if the call was answered."""
    found = [no_media] if any(message.is_answer("INVITE", 200, 299) for message in messages) else []
    if len(messages) >= MAX_MESSAGES:
        found.append(f"only the first {MAX_MESSAGES:,} messages of the call were read")
    return found


def _named(source: MessageSource, messages: Sequence[Message]) -> set[str]:
    """Call-IDs of other legs by headers: those these messages name, and those near in time that name these."""
    legs = legs_of(messages)
    known = {leg.call_id for leg in legs}
    named = {name for leg in legs for name in leg.named.keys() | leg.correlations} - known
    sessions = {session for leg in legs for session in leg.sessions}
    correlations = {correlation for leg in legs for correlation in leg.correlations}
    found = {message.call_id for message in source.with_call_ids(sorted(named))} if named else set()
    found |= {message.call_id for message in source.with_correlations(sorted(correlations | known))}
    for call_id, near in _near(source, messages).items():
        leg = leg_of(call_id, near)
        if leg.named.keys() & known or leg.sessions & sessions:
            found.add(call_id)
    return found


def _guessed(source: MessageSource, messages: Sequence[Message]) -> tuple[str, Join]:
    """The other leg by a guess; empty if there is none, or if several fit equally well."""
    own = leg_of(messages[0].call_id, messages)
    near = {call_id: leg_of(call_id, found) for call_id, found in _near(source, messages).items()}
    legs = [own, *(Leg(key, leg.invite, {}, frozenset()) for key, leg in near.items())]
    return guess(legs, own.call_id)


def _near(source: MessageSource, messages: Sequence[Message]) -> dict[str, list[Message]]:
    """First INVITEs of other calls, within some seconds."""
    first = next((message for message in messages if message.is_request("INVITE")), None)
    found = source.invites_near(first) if first is not None else []
    return by_call_id(
        message
        for message in found
        if first is not None and abs(message.time_us - first.time_us) <= MAX_LEG_GAP_US and not message.reading.to_tag
    )
