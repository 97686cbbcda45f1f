"""Leg: the messages of one Call-ID, and the header values that join legs to one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from partnertui.calls.trace_model import Message


@dataclass(frozen=True)
class Join:
    """What the legs were matched by, as text, and whether that is a guess."""

    by: str = ""
    guessed: bool = False


@dataclass(frozen=True)
class Leg:
    """What is needed of a leg to find the others; without an INVITE it isn't matched by numbers."""

    call_id: str
    invite: Message | None
    named: Mapping[str, str] = field(hash=False)
    """The header that names it, by Call-ID of another leg."""
    sessions: frozenset[str]
    correlations: frozenset[str] = frozenset()

    @property
    def references(self) -> frozenset[str]:
        """All values by which other legs are found: Call-IDs, Session-IDs, correlation IDs of HEP."""
        return self.sessions | self.correlations | self.named.keys()
