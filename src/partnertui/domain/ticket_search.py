"""Full-text search of tickets: parses the words, ranks texts, and picks the excerpt to show."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

PUNCTUATION = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum()) + "‘’‚“”„–—…«»·•"
"""Characters that part words."""
_LETTERS = {
    chr(code): base
    for code in (*range(0xC0, 0x180), 0x1E9E)
    if (base := unicodedata.normalize("NFKD", chr(code))[0].lower()).isascii() and base.isalpha()
}
FOLDED_FROM = PUNCTUATION + "".join(_LETTERS)
FOLDED_TO = " " * len(PUNCTUATION) + "".join(_LETTERS.values())
"""The two arguments of PostgreSQL's translate() that fold a text that isn't ASCII; migration 0019 has them, too."""
_FOLD = str.maketrans(FOLDED_FROM, FOLDED_TO)
MOST_WORDS = 12
"""Words of a search that are looked for; further ones are left out."""
SATURATION, LENGTH_SHARE, USUAL_WORDS = 1.2, 0.75, 60
"""BM25: how soon repeating a word stops to count, how much a long text is held against it, and the usual length."""
LED_BY = 14
"""Characters before a hit at most, in the part of a text that is shown."""
SUBJECT_WEIGHT, BEGUN_WEIGHT, REPEATED_WEIGHT = 3.0, 0.4, 0.25
"""A word of the subject; a word that only begins as typed; further messages that match (their logarithm)."""


@dataclass(frozen=True)
class Phrase:
    """Words that follow each other; `begins` if the last one may only begin as typed, `exact` if it may not."""

    words: tuple[str, ...]
    begins: bool = False
    exact: bool = False

    @property
    def loosely(self) -> Phrase:
        """The same with its last word as the beginning of one, unless it was put in quotation marks."""
        return self if self.exact else Phrase(self.words, True)


Group = tuple[Phrase, ...]
"""Phrases of which a ticket has at least one."""


def folded(text: str) -> str:
    """A text of the same length in lower case, without accents, with blanks for punctuation."""
    # "İ" has two characters in lower case; places in the folded text must be those of the text.
    lower = text.translate(_FOLD).lower()
    return lower if len(lower) == len(text) else "".join(one if len(one.lower()) != 1 else one.lower() for one in text)


def phrase_of(text: str) -> Phrase | None:
    """The phrase of what was typed as one term, such as fax, fax* or words in quotation marks; None for no word."""
    words = tuple(re.findall(r"[^\W_]+", folded(text)))[:MOST_WORDS]
    if not words:
        return None
    begins = text.endswith("*")
    return Phrase(words, begins, not begins and " " in text.strip())


def score(groups: Sequence[Group], subject: str, body: str, matches: int = 1) -> float:
    """How well a ticket fits, by BM25 over subject and the message found; `matches` counts its messages that fit.

    Every hit has all the words, so how rare each of them is says nothing here and is left out.
    """
    heading, text = folded(subject), folded(body)
    length = 1 - LENGTH_SHARE + LENGTH_SHARE * len(text.split()) / USUAL_WORDS
    total = 0.0
    for group in groups:
        count = max(SUBJECT_WEIGHT * _count(phrase, heading) + _count(phrase, text) for phrase in group)
        total += count * (SATURATION + 1) / (count + SATURATION * length)
    return total + REPEATED_WEIGHT * math.log1p(max(0, matches - 1))


def _count(phrase: Phrase, text: str) -> float:
    """How often a phrase is in a folded text; a word that only begins as typed counts for less."""
    ends = [match.group(1) for match in pattern(phrase.loosely).finditer(text)]
    whole = sum(1 for end in ends if not end)
    return whole + (0 if phrase.exact else BEGUN_WEIGHT * (len(ends) - whole))


@lru_cache(maxsize=256)  # for each of a page of texts again
def pattern(phrase: Phrase) -> re.Pattern[str]:
    """Finds a phrase in a folded text; the only group is what follows the last word as typed."""
    end = r"([^\W_]*)" if phrase.begins else r"()(?![^\W_])"
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, phrase.words)) + end)


def excerpt(groups: Sequence[Group], text: str, characters: int) -> str:
    """The part of a text from shortly before its first hit, in one line; "" if nothing is in it."""
    flat = " ".join(text.split())
    where = folded(flat)
    found = [pattern(phrase.loosely).search(where) for group in groups for phrase in group]
    starts = [match.start() for match in found if match is not None]
    if not starts:
        return ""
    first = min(starts)
    # columns are narrow: the hit has to stand at the beginning
    begin = flat.rfind(" ", max(0, first - LED_BY), first - 1) + 1 if first else 0
    end = begin + characters
    return f"{'…' if begin else ''}{flat[begin:end]}{'…' if end < len(flat) else ''}"
