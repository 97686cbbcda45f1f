"""Kinds of values that only telephony has: SIP addresses and status codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from partnertui.db.rows.types import Row
from partnertui.kit.declare.kinds import Integer, Kind, Number
from partnertui.kit.declare.kinds.base import EMPTY_ROW

CALLER = Number(caller=True)
"""The number of who called; "withheld" where there is none."""


@dataclass(frozen=True)
class SipUri(Kind[str]):
    """A SIP URI or AOR."""

    width: ClassVar[int] = 28
    flex: ClassVar[int] = 1


@dataclass(frozen=True)
class Code(Integer):
    """A three-digit SIP status code (RFC 3261, section 21), coloured by its class."""

    width: ClassVar[int] = 4

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """2xx good, 486/487 and the like ordinary, other failures bad."""
        if value is None:
            return ""
        if value < 300:
            return "good"
        return "warn" if value in {404, 408, 480, 486, 487, 600, 603} else "bad"

    def span(self, typed: str, now: datetime) -> tuple[int, int]:
        """Just that code, or its class: 4xx."""
        if family := re.fullmatch(r"([1-6])xx", typed.strip().lower()):
            return int(family[1]) * 100, int(family[1]) * 100 + 100
        return super().span(typed, now)

    def suggestions(self, prefix: str) -> tuple[str, ...]:
        """The classes of codes."""
        return tuple(family for family in ("2xx", "3xx", "4xx", "5xx", "6xx") if family.startswith(prefix.lower()))
