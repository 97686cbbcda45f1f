"""Kinds of values that only telephony has: SIP addresses and status codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from partnertui.db.rows.types import Row
from partnertui.kit.declare.kinds import Integer, Kind
from partnertui.kit.declare.kinds.base import EMPTY_ROW


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
