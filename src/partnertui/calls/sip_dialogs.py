"""Which dialog each message of a call belongs to (RFC 3261, section 12)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partnertui.calls.trace_model import Message

CREATING = ("INVITE", "SUBSCRIBE", "REFER", "NOTIFY")


def dialogs_of(messages: Sequence[Message], call_ids: Sequence[str]) -> tuple[int, ...]:
    """A number for each message: that of its Call-ID, or for the further dialogs of a forked call one behind these.

    Messages outside a dialog, such as the first INVITE and its refusals, count as the first one of their Call-ID.
    """
    first = {call_id: number for number, call_id in enumerate(call_ids)}
    known: dict[tuple[str, frozenset[str]], int] = {}
    forked: set[str] = set()
    further = count(len(call_ids))
    found = []
    for message in messages:
        own, reading = message.call_id, message.reading
        # Without an order: the tags change places with the direction of a request (RFC 3261, section 12.2.1.1).
        dialog = own, frozenset((reading.from_tag, reading.to_tag))
        # From the first 18x with a To tag on: it makes an early dialog (RFC 3261, section 12.1).
        if dialog not in known and reading.to_tag and message.method in CREATING and 100 < message.status < 300:
            known[dialog] = next(further) if own in forked else first[own]
            forked.add(own)
        found.append(known.get(dialog, first[own]))
    return tuple(found)
