"""Masks personal data in text: known names, e-mail and SIP addresses, phone numbers, IP and MAC addresses.

The same thing has the same mask for as long as the lens exists, wherever it stands and also where it is cut off (`…`).
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

SHORTEST = 3
"""Characters of a name that is masked; shorter ones are also words, states and units."""
CUT = ("…", "~")
"""What ends a text that didn't fit: in Unicode, and in ASCII."""
_URI = re.compile(
    r"(?<![\w.+%!#$&'*/=?^`{|}-])(?:(?:sips?|tel|mailto|xmpp|callto):)?"
    r"[\w.+%!#$&'*/=?^`{|}-]*[\w+]@[\w.\[\]:-]*[\w\]…~]?"
)
_MAC = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[:-]){3,5}[0-9A-Fa-f]{0,2}(?:(?<=[:-]..[:-]..[:-]..[:-]..)|[…~])(?![0-9A-Za-z])"
)
_IPV4 = re.compile(r"(?<![\d.])\d{1,3}\.\d{1,3}(?:\.\d{1,3}\.\d{1,3}(?![\d.]*\d)|(?:\.\d{0,3}){0,2}[…~])")
_IPV6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f:]*::|(?:[0-9A-Fa-f]+:){4})[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}"
    r"(?:\.\d{1,3}){0,3}[…~]?(?!\w)"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?!\d)")
"""Dates and times are no numbers of anybody."""
_NUMBER = re.compile(
    r"(?<![\w.,#-])(?!\d+\.\d+(?![\d.]))[+(]{0,2}\d(?:(?:[ .\-/()]|\) ?| \()?\d){5,}(?![,\d]|\.\d)"
    r"|(?<![\w.,#-])\+\d[\d ]*[…~]?|(?<![\w.,#-])\d{3,}[…~]"
)
"""Six digits or more as people write numbers; what begins with a plus; what was cut off. Amounts have `.` or `,`."""
TAKEN = "\0"
"""Stands for each character that a pattern has found; no pattern matches it."""
PATTERNS = ((_URI, "address"), (_MAC, "MAC"), (_IPV6, "IP"), (_IPV4, "IP"), (_TIME, ""), (_NUMBER, "number"))
"""In this order; what an earlier one has taken, none of the later ones sees."""
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


class Lens:
    """Masks by what they stand for. `names`: all that is known of people and companies; `width`: cells of a text."""

    def __init__(self, names: Iterable[str], width: Callable[[str], int] = len) -> None:
        self._width = width
        self._masks: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = defaultdict(int)
        self._names: list[str] = []
        self._known: set[str] = set()
        self._longest = 0
        self._lines: dict[str, str] = {}
        self.add(names)

    def add(self, names: Iterable[str]) -> None:
        """Further names, of rows that came since."""
        folded = (_folded(" ".join(name.split())) for name in names)
        found = (name[first.start() :] for name in folded if (first := _WORD.search(name)))
        self._known |= {name for name in found if len(name) >= SHORTEST and not name.isdigit()}
        self._names = sorted(self._known)
        self._longest = max(map(len, self._names), default=0)
        self._lines.clear()

    def mask(self, kind: str, text: str) -> str:
        """What stands for a thing: its kind and a number."""
        found = self._masks.get((kind, text))
        if found is None:
            self._counts[kind] += 1
            found = self._masks[kind, text] = f"{kind} {self._counts[kind]}"
        return found

    def line(self, text: str) -> str:
        """A line as it may be shown; as wide as it was, so that what stands beside it keeps its place."""
        found = self._lines.get(text)
        if found is None:
            # Cleared whole: the lines in view are masked again at 0.3 ms each (docs/trust.md).
            if len(self._lines) > 5_000:
                self._lines.clear()
            found = self._lines[text] = self.replaced(text, self._as_wide)
        return found

    def text(self, text: str) -> str:
        """Text that isn't laid out yet, as it may be shown."""
        return self.replaced(text, lambda mask, original: mask)

    def replaced(self, text: str, fit: Callable[[str, str], str]) -> str:
        """The text with a mask for everything that names somebody; `fit` gets each mask and what it stands for."""
        spans = sorted(self._spans(text))
        out: list[str] = []
        end = 0
        for start, stop, mask in spans:
            if start >= end:
                out += [text[end:start], fit(mask, text[start:stop])]
                end = stop
        return "".join([*out, text[end:]])

    def _as_wide(self, mask: str, original: str) -> str:
        """A mask of the width that its original had; where it is too long, its kind is cut first."""
        room = self._width(original)
        if len(mask) > room:
            kind, _, number = mask.rpartition(" ")
            mask = f"{kind[: max(1, room - len(number))]}{number}"[:room]
        return mask.ljust(room)

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        yield from self._name_spans(text)
        rest = text
        for pattern, kind in PATTERNS:
            for found in pattern.finditer(rest):
                start, stop = found.span()
                if kind:
                    yield start, stop, self.mask(kind, _canonical(kind, found[0]))
                rest = f"{rest[:start]}{TAKEN * (stop - start)}{rest[stop:]}"

    def _name_spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        folded = _folded(text)
        for word in _WORD.finditer(folded):
            start = word.start()
            name = self._name_at(folded, start)
            if name is not None:
                yield start, start + len(name), self.mask("name", name)
            elif (stop := self._cut_at(folded, start)) and (whole := self._beginning_with(folded[start:stop].rstrip())):
                yield start, stop + 1, self.mask("name", whole)

    def _name_at(self, folded: str, start: int) -> str | None:
        """The longest name that begins here and ends at the end of a word."""
        for stop in range(min(len(folded), start + self._longest), start + SHORTEST - 1, -1):
            is_inside = folded[stop - 1].isalnum() and folded[stop : stop + 1].isalnum()
            if not is_inside and folded[start:stop] in self._known:
                return folded[start:stop]
        return None

    def _cut_at(self, folded: str, start: int) -> int:
        """Where the cell that begins here is cut off; 0 if it isn't."""
        stop = min((place for sign in CUT if (place := folded.find(sign, start)) > 0), default=0)
        return stop if stop - start >= SHORTEST and "  " not in folded[start:stop] else 0

    def _beginning_with(self, fragment: str) -> str | None:
        place = bisect.bisect_left(self._names, fragment)
        found = self._names[place] if place < len(self._names) else ""
        return found if len(fragment) >= SHORTEST and found.startswith(fragment) else None


def _folded(text: str) -> str:
    """The text without regard to case, each character at its place: `ß` and its like would become two."""
    if text.isascii():
        return text.lower()
    return "".join(folded if len(folded := one.casefold()) == 1 else one for one in text)


def _canonical(kind: str, text: str) -> str:
    """One spelling of a number, however it was written; others as they are."""
    if kind != "number":
        return text.lower()
    digits = re.sub(r"\D", "", text)
    return digits.lstrip("0") or digits
