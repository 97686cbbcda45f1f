"""A finished call as a switch recorded it, before it is matched to customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from partnertui.db.rows.type_aliases import Row
from partnertui.domain.call_enums import Disposition, HungUpBy


@dataclass(frozen=True)
class Party:
    """One end of a call: its names, best first (SIP usernames, numbers), and its domain and address."""

    names: tuple[str, ...] = ()
    domain: str = ""
    display_name: str = ""
    """The name in a From header, for example."""
    ip: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class Call:
    """A finished call; `duration` counts from the answer, in seconds. `origin` identifies it permanently."""

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
class SourceRow:
    """A row of a source, with the calls that it completes.

    `position` is stored once this row and all before it are imported. `wait` is true if rows about the same calls are
    still to come.
    """

    position: str
    calls: tuple[Call, ...] = ()
    wait: bool = False
    key: str = ""
    """What the row is called in its source, such as `acc_cdrs 12`."""
    record: Row | str = ""
    """The row itself, as the source gives it."""
    reason: str = ""
    """Why it can't be read; empty if it can."""

    @property
    def content(self) -> str:
        """The row as text, for somebody who asks why it was rejected."""
        return self.record[:MAX_CONTENT] if isinstance(self.record, str) else content_of(self.record)


MAX_SECONDS = 10 * 366 * 86400
"""Longer calls are errors of the switch."""
MAX_CONTENT = 4_000
"""Characters of a rejected row that are kept."""


def content_of(row: Row) -> str:
    """The values of a row as text, those that are empty left out."""
    return "; ".join(f"{name}={text}" for name, value in row.items() if (text := clean(value)))[:MAX_CONTENT]


def clean(value: object) -> str:
    """A value of a switch's table or file as text, without NUL, which PostgreSQL refuses; empty for None."""
    return "" if value is None else str(value).replace("\0", "").strip()
