"""Column kinds of telephony: SIP addresses and status codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from partnertui.db.rows.type_aliases import Row
from partnertui.domain.sip_and_q850_codes import q850_words, sip_words
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
    """A three-digit SIP status code (RFC 3261, section 21) with its meaning, coloured by its class."""

    align: ClassVar[str] = "left"
    width: ClassVar[int] = 12
    flex: ClassVar[int] = 1

    def text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """The code and its reason phrase: "403 Forbidden"."""
        return "" if value is None else f"{value} {sip_words(value)}"

    def input_text(self, value: int | None) -> str:
        """The code alone."""
        return "" if value is None else str(value)

    def parse(self, typed: str) -> int:
        """The code, with or without its reason phrase."""
        return super().parse(typed.split(" ", 1)[0])

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


@dataclass(frozen=True)
class Cause(Integer):
    """A Q.850 cause (ITU-T Q.850, table 1); the record says what it means."""

    def long_text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """The cause and its meaning: "17 user busy"."""
        return "" if value is None else f"{value} {q850_words(value)}"
