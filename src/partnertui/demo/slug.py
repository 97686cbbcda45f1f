"""Converts names to plain ASCII for demo domains and e-mail addresses."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Æ": "Ae", "æ": "ae", "ı": "i", "’": ""})


def slug(text: str) -> str:
    """The text in lower-case ASCII letters and digits, with dashes for everything else."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain.lower()).split())
