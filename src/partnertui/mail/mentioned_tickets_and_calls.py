"""Finds ticket numbers in a mail's subject, and phone numbers and Call-IDs in its text."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\[#\s?(?:T-)?(\d{1,12})\]|(?<![\w-])T-(\d{1,12})(?![\w-])|\[T-(\d{1,12})\]")
MOST_TOKENS = 20
MOST_FOUND = 20
MOST_CHARACTERS = 50_000
"""Of a text that is looked through; a pasted log may be megabytes."""
# `i` is the compact form of the header (RFC 3261, section 20.8).
_CALL_ID_HEADER = re.compile(r"(?im)^[ \t>]*(?:call-id|i)[ \t]*:[ \t]*([\x21-\x7e]{4,250})")
_CALL_ID_NAMED = re.compile(r"(?i)\bcall[- ]?id[ \t]*(?:[:=#]|is)?[ \t]*[\"'“]?([\x21-\x7e]{6,250})")
_WITH_HOST = re.compile(r"(?<![\w.@-])([A-Za-z0-9][\w.%+*!~'`-]{7,120}@[\w.:\[\]-]{1,100}\w)")
_DIGITS = re.compile(r"\+?\d(?:[\s()/.-]{0,3}\d){6,16}")
_ENDS = "\"'“”<>.,;:)("


def tokens(subject: str) -> list[str]:
    """Digits of the ticket numbers in a decoded subject, from left to right."""
    found = (first or second or third for first, second, third in TOKEN.findall(subject))
    return list(dict.fromkeys(found))[:MOST_TOKENS]


def with_token(subject: str, number: str) -> str:
    """A subject with the ticket's number in it, as `tokens` finds it."""
    if number.removeprefix("T-") in tokens(subject):
        return subject
    return f"[{number}] {subject}" if number.startswith("T-") else f"[#{number}] {subject}"


def call_ids(text: str) -> tuple[list[str], list[str]]:
    """Call-IDs that a text calls so, and words that may be one, such as `a84b4c76e66710@pc33`."""
    text = text[:MOST_CHARACTERS]
    called = [one.strip(_ENDS) for pattern in (_CALL_ID_HEADER, _CALL_ID_NAMED) for one in pattern.findall(text)]
    called = [one for one in dict.fromkeys(called) if len(one) >= 6 and any(char.isdigit() for char in one)]
    maybe = [one.strip(_ENDS) for one in _WITH_HOST.findall(text) if any(char.isdigit() for char in one)]
    return called[:MOST_FOUND], [one for one in dict.fromkeys(maybe) if one not in called][:MOST_FOUND]


def numbers(text: str, country: str | None) -> list[str]:
    """Digits of the E.164 numbers in a text, without those in quoted lines; `country` is ISO 3166-1."""
    own = "\n".join(line for line in text[:MOST_CHARACTERS].split("\n") if not line.lstrip().startswith(">"))
    if not _DIGITS.search(own):
        return []
    from partnertui.mail.phone_numbers import find  # its metadata take time to load

    found: dict[str, None] = {}
    for written in dict.fromkeys(match[0] for match in _DIGITS.finditer(own)):
        for number in find(written, (country or "").upper() or None):
            found.setdefault(number)
        if len(found) >= MOST_FOUND:
            break
    return list(found)[:MOST_FOUND]
