"""Differences between two messages (line by line) and two calls (message by message), by difflib."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from partnertui.calls.trace_model import Message, Trace
from partnertui.kit.declare.styled_line import Piece
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.ladder.ladder_rows import layout
from partnertui.ladder.model import Ladder, Row, RowKind
from partnertui.ladder.time_column import span_text
from partnertui.screens.shared.trace.message_lines import halves

_WORD = re.compile(r"[A-Za-z0-9.+_-]+|\s+|.")
_ADDRESS = re.compile(r" ?\S+:\d+")
LATE_US = 500_000
"""Microseconds from which a message that arrives at another time than in the other call is marked."""
MOST, MOST_WORDS = 600, 300
"""Most lines or messages compared, and words of a line: the effort is quadratic."""


@dataclass(frozen=True)
class Pair:
    """Two sides shown next to each other; `same` if they don't differ."""

    left: list[Piece] | None
    right: list[Piece] | None
    same: bool


def message_pairs(one: Message, other: Message) -> Iterator[Pair]:
    """The lines of two messages in pairs."""
    left, right = _lines(one), _lines(other)
    # autojunk, which is on by default, ignores lines that are frequent among 200 or more.
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Pair([(line, "muted")], [(line, "muted")], True) for line in left[a:b])
        else:
            yield from _replaced(left[a:b], right[c:d])


def _lines(message: Message) -> list[str]:
    head, body = halves(message.data)
    return block(f"{head}\n\n{body}".rstrip("\n")).split("\n")[:MOST]


def _replaced(left: Sequence[str], right: Sequence[str]) -> Iterator[Pair]:
    """Lines that differ, paired by header name whatever their order."""
    rest = list(right)
    for line in left:
        name = _name(line)
        partner = next((other for other in rest if _name(other) == name), None)
        if partner is None:
            yield Pair([(line, "bad")], None, False)
        else:
            rest.remove(partner)
            yield Pair(*word_differences(line, partner), False)
    yield from (Pair(None, [(line, "good")], False) for line in rest)


def _name(line: str) -> str:
    """What identifies a line: the header name, or the type of an SDP line."""
    match = re.match(r"([A-Za-z-]+:|[a-z]=[a-z]*)", line)
    return match[1].lower() if match else line[:3]


def word_differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Two lines with the words highlighted in which they differ."""
    a, b = _WORD.findall(left), _WORD.findall(right)
    if max(len(a), len(b)) > MOST_WORDS:
        return [(left, "warn")], [(right, "warn")]
    one: list[Piece] = []
    other: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        role = "value" if kind == "equal" else "warn"
        one.append(("".join(a[i:j]), role))
        other.append(("".join(b[k:m]), role))
    return [piece for piece in one if piece[0]], [piece for piece in other if piece[0]]


@dataclass(frozen=True)
class Step:
    """A message of a call and its SDP summary, if any."""

    row: Row
    sdp: str


@dataclass(frozen=True)
class StepPair:
    """Messages shown next to each other; `matched` if they're of the same kind and direction."""

    left: Step | None
    right: Step | None
    matched: bool = False
    late: bool = False
    """They match, but arrive at different times since the start."""

    @property
    def same(self) -> bool:
        """True if nothing differs."""
        return self.matched and not self.late and not self.other_media

    @property
    def other_media(self) -> bool:
        """Both have SDP with different codecs or direction; addresses differ in every call."""
        if self.left is None or self.right is None or not self.matched:
            return False
        return _ADDRESS.sub("", self.left.sdp) != _ADDRESS.sub("", self.right.sdp)


def call_pairs(one: Trace, other: Trace) -> tuple[Ladder, Ladder, list[StepPair]]:
    """Two calls aligned by their messages, retransmissions folded."""
    left, right = layout(one), layout(other)
    a, b = steps(left), steps(right)
    found: list[StepPair] = []
    matcher = SequenceMatcher(None, [_key(step) for step in a], [_key(step) for step in b], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        for mine, yours in zip_longest(a[i:j], b[k:m]):
            if kind == "equal":
                apart = abs((mine.row.time_us - left.start_us) - (yours.row.time_us - right.start_us))
                found.append(StepPair(mine, yours, True, apart >= LATE_US))
            else:
                found.append(StepPair(mine, yours))
    return left, right, found


def _key(step: Step) -> tuple[str, int, int]:
    return step.row.label, step.row.source, step.row.target


def steps(ladder: Ladder) -> list[Step]:
    """The messages of a ladder, each with the SDP below it."""
    rows = ladder.rows
    found: list[Step] = []
    for number, row in enumerate(rows):
        if row.kind == RowKind.MESSAGE and len(found) < MOST:
            below = rows[number + 1] if number + 1 < len(rows) else None
            found.append(Step(row, below.label if below is not None and below.kind == RowKind.SDP else ""))
    return found


def step_text(step: Step, ladder: Ladder, between: str) -> str:
    """A message as text: `+0.000 caller > proxy: INVITE`."""
    names = [part.title for part in ladder.participants]
    count = f" x{step.row.count}" if step.row.count > 1 else ""
    when = span_text(step.row.time_us - ladder.start_us)
    return one_line(f"{when:>10} {names[step.row.source]} {between} {names[step.row.target]}: {step.row.label}{count}")
