"""A ticket's conversation as lines: messages with folded quotes, attachments, delivery of mails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from rich.cells import cell_len

from partnertui.domain.evidence import kind_words
from partnertui.domain.mail_quoted_text import Part, PartKind, fold
from partnertui.domain.plurals import plural
from partnertui.domain.symbols import Symbols
from partnertui.domain.ticket_enums import MessageKind
from partnertui.kit.declare.kinds import Bytes, Row, Time
from partnertui.kit.declare.styled_line import BLANK, Line, Piece
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.views.notes_and_history import ago
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.table.painter import fit
from partnertui.screens.support.mail_delivery_text import delivery

HEAD_ROLES = {
    MessageKind.CUSTOMER: ("accent", "wrote"),
    MessageKind.REPLY: ("good", "answered"),
    MessageKind.NOTE: ("warn", "internal note"),
    MessageKind.EVENT: ("muted", ""),
}
INDENT = "  "
_DRAWN = re.compile(r"[│┌┐└┘├┤═─]|\|.*[-=]{2,}>|<[-=]{2,}.*\|")
"""A line of a ladder or a box: wrapped, it couldn't be read."""


def message_lines(message: Row, width: int, symbols: Symbols, opened: frozenset[int], now: datetime) -> list[Line]:
    """Who wrote when, then the text; an event is one line. `opened`: numbers of the folded parts that are open."""
    role, verb = HEAD_ROLES[MessageKind(message["kind"])]
    author = one_line(message["author"])
    when = f"{Time(seconds=False).text(message['at'])}, {ago(message['at'])}"
    if message["kind"] == MessageKind.EVENT:
        return wrapped(f"{when}  {author}: {one_line(message['body'])}", width, role, indent=INDENT)
    head = _head(message, f"{author} {verb}  ", role, when, width, now)
    lines = [BLANK, head, *_recipient_lines(message, width)]
    if message["caution"]:
        lines += wrapped(one_line(message["caution"]), width, "warn", indent=INDENT)
    lines += _body(message["body"], message["id"], width, opened, symbols)
    left_out = message["size"] - len(message["body"])
    if left_out > 0:
        words = f"{INDENT}{plural(left_out, 'more character')}: save the full text"
        lines.append(Line(((fit(words, width, "left", "…").rstrip(), "link"),), key=f"whole:{message['id']}"))
    return [*lines, *(_attachment_line(one, width) for one in message["attachments"])]


def _head(message: Row, said: str, role: str, when: str, width: int, now: datetime) -> Line:
    words, how = delivery(message["mail"], now)
    room = width - cell_len(said) - (cell_len(words) + 3 if words else 0)
    when = when if cell_len(when) <= room else ago(message["at"])
    when = when if cell_len(when) <= room else ""
    pieces: list[Piece] = [(fit(said, min(cell_len(said), width), "left", "…"), role), (when, "muted")]
    if words:
        left = max(8, width - cell_len(said) - cell_len(when) - 3)
        pieces += [("   ", ""), (fit(words, min(left, cell_len(words)), "left", "…"), how)]
    copied = " ".join(part for part in (said.strip(), when, words) if part)
    return Line(tuple(pieces), copy=copied, key=f"message:{message['id']}")


def _recipient_lines(message: Row, width: int) -> list[Line]:
    """Whom a reply went to."""
    found = message["recipients"] or {}
    parts = [f"{name}: {', '.join(found[key])}" for key, name in NAMES if found.get(key)]
    if not parts:
        return []
    joined = "   ".join(parts)
    texts = [joined] if cell_len(joined) <= width - len(INDENT) else parts
    return [line for text in texts for line in wrapped(one_line(text, 2000), width, "muted", indent=INDENT)]


NAMES = (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"))


def _attachment_line(attachment: Row, width: int) -> Line:
    kind = kind_words(attachment["evidence_kind"] or attachment["media_type"])
    name = one_line(attachment["name"], 120)
    text = f"{INDENT}+ {name}  {one_line(kind, 40)}, {Bytes().text(attachment['size'])}"
    shown = fit(text, width, "left", "…").rstrip()
    return Line(((shown, "link"),), copy=name, name="attachment", key=f"attachment:{attachment['id']}")


@lru_cache(1024)  # a thread is painted every second while a mail counts down
def _body(body: str, key: int, width: int, opened: frozenset[int], symbols: Symbols) -> tuple[Line, ...]:
    lines: list[Line] = []
    for number, part in enumerate(fold(body)):
        if part.kind == PartKind.TEXT:
            lines += text_lines(part.text.strip("\n"), width, key)
            continue
        is_open = number in opened
        lines.append(_fold_line(part, f"quote:{key}:{number}", width, is_open, symbols))
        if is_open:
            lines += text_lines(part.text.strip("\n"), width, key, "muted")
    return tuple(lines)


def _fold_line(part: Part, key: str, width: int, is_open: bool, symbols: Symbols) -> Line:
    count = part.text.strip("\n").count("\n") + 1
    what = "signature" if part.kind == PartKind.SIGNATURE else "quote"
    sign = symbols.arrow if is_open else symbols.right
    counted = f"{count} line{'' if count == 1 else 's'}"
    start = f"{INDENT}{sign} {what}, {counted}"
    heading = "" if is_open else f": {one_line(part.heading)}"
    shown = fit(start + heading, width, "left", "…").rstrip()
    return Line(((shown, "link"),), copy=part.text.strip(), name="fold", key=key)


def text_lines(text: str, width: int, key: int, role: str = "") -> list[Line]:
    """A text wrapped at words, but a ladder that is too wide is cut and opens in a dialog where it can be shifted."""
    room = width - len(INDENT)
    if not is_drawn(text, room):
        return wrapped(text, width, role, indent=INDENT)
    lines: list[Line] = []
    for paragraph in block(text).split("\n"):
        if cell_len(paragraph) > room and _DRAWN.search(paragraph):
            shown = INDENT + fit(paragraph, room, "left", "…")
            lines.append(Line(((shown, role),), copy=paragraph, key=f"drawing:{key}"))
        else:
            lines += wrapped(paragraph, width, role, indent=INDENT) or [BLANK]
    return lines


def is_drawn(text: str, room: int) -> bool:
    """Whether a text has a drawing that is wider than `room` cells."""
    return any(len(line) > room and _DRAWN.search(line) is not None for line in text.splitlines())


def older_line(older: int, more: int, width: int) -> Line:
    """The line above the oldest message that is shown."""
    words = f"{older:,} older messages: load {min(more, older):,} of them"
    return Line(((fit(words, width, "left", "…").rstrip(), "link"),), copy=words, key="older")


def folds_of(opened: Sequence[str], message: int) -> frozenset[int]:
    """The open parts of a message, out of the keys of all lines that were opened."""
    start = f"quote:{message}:"
    return frozenset(int(key[len(start) :]) for key in opened if key.startswith(start))
