"""The parts of a ladder: participants, rows, and display options."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from partnertui.calls.trace_model import Side

GAP_US = 1_000_000
"""Silence that is worth a row of its own."""


class Repeats(StrEnum):
    """What becomes of retransmissions: counted at the first one, each on its row, or left out."""

    FOLDED = "folded"
    SHOWN = "shown"
    HIDDEN = "hidden"


class RowKind(StrEnum):
    """What a row is."""

    MESSAGE = "message"
    STREAM = "stream"
    SDP = "sdp"
    GAP = "gap"


@dataclass(frozen=True)
class Options:
    """What is shown. `side`: one leg, or None for both. `evidence`: indexes of the messages that support a verdict."""

    side: Side | None = None
    repeats: Repeats = Repeats.FOLDED
    keep_alives: bool = True
    only_sdp: bool = False
    streams: bool = True
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True)
class Participant:
    """A host; `port` only where one address has several roles. `known`: the name was given and is not guessed."""

    address: str
    port: int | None = None
    name: str = ""
    known: bool = False

    @property
    def address_text(self) -> str:
        """The address, with the port if several participants share it."""
        if self.port is None:
            return self.address
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    @property
    def title(self) -> str:
        """The name, or the address if there is none."""
        return self.name or self.address_text


@dataclass(frozen=True)
class Row:
    """One line of the ladder. All text in it is safe to be shown.

    `index`: of the message in `Trace.messages`, or of the stream in `Trace.streams`; -1 for gaps. `source`, `target`:
    columns. `role` colours the label, `line` the arrow (by dialog). `count`: how often it was sent. `again`: a
    retransmission on a row of its own. `gap_us`: how long nothing went.
    """

    kind: RowKind
    time_us: int
    index: int
    source: int
    target: int
    label: str
    role: str
    line: str = ""
    count: int = 1
    again: bool = False
    evidence: bool = False
    gap_us: int = 0
    short: str = ""
    """Shorter label for narrow columns; if empty, the middle of the label is cut out."""

    @property
    def stops(self) -> bool:
        """True if the cursor can be on this row."""
        return self.kind in {RowKind.MESSAGE, RowKind.STREAM}


@dataclass(frozen=True)
class Ladder:
    """Columns and rows; `hidden` counts messages that the options leave out."""

    participants: tuple[Participant, ...]
    rows: tuple[Row, ...]
    start_us: int
    hidden: int = 0
    rows_of: dict[int, int] = field(default_factory=dict)
    """Index of a message -> its row; a folded retransmission has the row of the first."""
