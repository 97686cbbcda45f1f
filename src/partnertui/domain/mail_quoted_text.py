"""Separates the new text of a mail from quoted mails and signatures.

Nothing is left out: the parts joined are the text. A pasted SIP message has `From:` and `To:` as well and is no quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from partnertui.domain.mail_quote_phrases import HEADER_LABELS, INTROS, ORIGINAL_MESSAGE, VERBS

LONGEST_ATTRIBUTION = 3
"""Lines of "On …, … wrote:", which mailers wrap."""
MOST_CHARACTERS = 400
SHORT_QUOTE = 4
"""Lines of a quote that stays visible where an answer to it follows."""
LONGEST_SIGNATURE = 20
SIP_LINES = 15
"""Lines around `From:` in which another SIP header means that a SIP message was pasted."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTED = re.compile(r" {0,3}>")
_INTRO = re.compile(rf"\W*(?:{'|'.join(INTROS)})\b", re.IGNORECASE)
_VERB = re.compile(rf"(?:{'|'.join(VERBS)})", re.IGNORECASE)
_DATED_SENDER = re.compile(r"\W*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*<[^<>\s]+@[^<>\s]+>\s*:$")
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.h]\d{2}|\S@\S")
_ORIGINAL = re.compile(rf"\W*[-_]{{2,}}\s*(?:{'|'.join(ORIGINAL_MESSAGE)})\s*[-_]{{2,}}\s*$", re.IGNORECASE)
_RULE = re.compile(r"\s*[_-]{10,}\s*$")
_HEADER = re.compile(rf"\s*\*?({'|'.join(HEADER_LABELS)})\s*:\*?\s*\S", re.IGNORECASE)
_SIP_HEADER = re.compile(
    r"\s*(Via|CSeq|Call-ID|Max-Forwards|Contact|Record-Route|User-Agent|SIP/2\.0)\b", re.IGNORECASE
)
_SIP_VALUE = re.compile(r"sips?:|;\s*tag=", re.IGNORECASE)


class PartKind(StrEnum):
    """What a part of a mail's text is."""

    TEXT = "text"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Part:
    """Whole lines of a text, and what they are."""

    kind: PartKind
    text: str

    @property
    def heading(self) -> str:
        """The first words of it, such as the attribution of a quote."""
        return " ".join(self.text.split("\n\n", 1)[0].split())[:120]


def fold(text: str) -> tuple[Part, ...]:
    """The parts of a text in order. If nothing else would be left to read, all of it is text."""
    lines = _LINE.findall(text)
    kinds: list[PartKind] = []
    while len(kinds) < len(lines):
        kind, count = _part_at(lines, len(kinds))
        kinds += [kind] * count
    if not any(kind == PartKind.TEXT and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        kinds = [PartKind.TEXT] * len(lines)
    parts: list[Part] = []
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or kinds[at] != kinds[start]:
            parts.append(Part(kinds[start], "".join(lines[start:at])))
            start = at
    return tuple(parts)


def _part_at(lines: Sequence[str], at: int) -> tuple[PartKind, int]:
    """What begins at a line, and how many lines it has."""
    if quoted := _quote_at(lines, at):
        return PartKind.QUOTE, quoted
    # RFC 3676, section 4.3: "-- ", whose blank many programs cut off on the way.
    if lines[at].rstrip() == "--" and len(lines) - at <= LONGEST_SIGNATURE + 1:
        return PartKind.SIGNATURE, _end_of_signature(lines, at) - at
    return PartKind.TEXT, 1


def _quote_at(lines: Sequence[str], at: int) -> int:
    """How many lines the quote has that begins at a line; 0 if none does."""
    line = lines[at]
    if not line.strip():
        return 0
    if _QUOTED.match(line):
        end = _end_of_quote(lines, at)
        return 0 if end - at <= SHORT_QUOTE and _is_answered(lines, end) else end - at
    attribution = _attribution(lines, at)
    if attribution:
        following = _next_text(lines, at + attribution)
        if following < len(lines) and _QUOTED.match(lines[following]):
            return _end_of_quote(lines, following) - at
        if _TIME_OR_ADDRESS.search(_joined(lines, at, attribution)) and following < len(lines):
            return len(lines) - at  # a mailer that doesn't mark what it quotes
    return len(lines) - at if _ORIGINAL.match(line) or _is_header_block(lines, at) else 0


def _end_of_quote(lines: Sequence[str], at: int) -> int:
    """Behind the last quoted line; blank lines between quoted ones belong to it, those behind it don't."""
    end = at
    while (following := _next_text(lines, end)) < len(lines) and _QUOTED.match(lines[following]):
        end = following + 1
    return end


def _is_answered(lines: Sequence[str], at: int) -> bool:
    """Whether somebody wrote below a quote."""
    following = _next_text(lines, at)
    return following < len(lines) and lines[following].rstrip() != "--" and not _quote_at(lines, following)


def _next_text(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _joined(lines: Sequence[str], at: int, count: int) -> str:
    return " ".join(" ".join(lines[at : at + count]).split())


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines say who wrote what follows; 0 if none do. Only one that begins as such may be wrapped."""
    wrapped = _INTRO.match(lines[at][:MOST_CHARACTERS]) is not None
    for count in range(1, (LONGEST_ATTRIBUTION if wrapped else 1) + 1):
        if at + count > len(lines):
            break
        last = lines[at + count - 1].strip()
        if not last or _QUOTED.match(last):
            break
        # Mailers in Chinese and Japanese end it with the full-width colon.
        if not last.endswith((":", "：")):
            continue
        text = _joined(lines, at, count)
        if len(text) <= MOST_CHARACTERS and _is_attribution(text):
            return count
    return 0


def _is_attribution(text: str) -> bool:
    if _DATED_SENDER.match(text):
        return True
    return _VERB.search(text) is not None and any(letter.isdigit() or letter == "@" for letter in text)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of a quoted mail begin here, as Outlook writes them: at least three within six lines."""
    start = at + 1 if _RULE.match(lines[at]) else at
    start = _next_text(lines, start)
    if start >= len(lines) or start > at + 2:
        return False
    first = _HEADER.match(lines[start][:MOST_CHARACTERS])
    if first is None or HEADER_LABELS.get(first[1].lower()) != "from":
        return False
    found = {"from"}
    for line in lines[start + 1 : start + 6]:
        header = _HEADER.match(line[:MOST_CHARACTERS])
        if header is not None:
            found.add(HEADER_LABELS[header[1].lower()])
    if len(found) < 3 or "date" not in found:
        return False
    near = lines[max(0, start - SIP_LINES) : start + SIP_LINES]
    return not _SIP_VALUE.search(lines[start]) and not any(_SIP_HEADER.match(line) for line in near)


def _end_of_signature(lines: Sequence[str], at: int) -> int:
    """Behind the signature: where a quote begins, or the end."""
    end = at + 1
    while end < len(lines):
        if _quote_at(lines, end):
            break
        end += 1
    return end
