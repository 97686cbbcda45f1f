"""A finished call as a switch knows it, before anybody knows whose it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from partnertui.domain.calls import Disposition, HungUpBy


@dataclass(frozen=True)
class Party:
    """One end of a call: what it was called, best first (SIP usernames, numbers), and where it was."""

    names: tuple[str, ...] = ()
    domain: str = ""
    shown: str = ""
    """The name that came with it, as in a From header."""
    ip: str = ""


@dataclass(frozen=True)
class Call:
    """A call that is over; seconds are those after the answer. `origin` names it for ever."""

    origin: str
    started_at: datetime
    disposition: Disposition
    duration: int = 0
    billed_seconds: int = 0
    sip_code: int | None = None
    q850_cause: int | None = None
    hung_up_by: HungUpBy | None = None
    source: Party = field(default_factory=Party)
    destination: Party = field(default_factory=Party)
    call_id: str = ""


@dataclass(frozen=True)
class Item:
    """A row of a source: the calls that are known by it, and whether to wait for more about them.

    `position` is what to remember once the item and all before it are done with.
    """

    position: str
    calls: tuple[Call, ...] = ()
    wait: bool = False


def clean(value: object) -> str:
    """Text of a foreign table or file: never None, without the NUL that PostgreSQL refuses."""
    return "" if value is None else str(value).replace("\0", "").strip()
