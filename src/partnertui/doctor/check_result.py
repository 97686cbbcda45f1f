"""Finding: the result of one check, with advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do; `look` works, but less than it could."""

    state: Literal["ok", "look", "fail"]
    name: str
    text: str
    advice: str = ""


def ok(name: str, text: str) -> Finding:
    """Everything is OK."""
    return Finding("ok", name, text)


def look(name: str, text: str, advice: str) -> Finding:
    """It works, but less than it could."""
    return Finding("look", name, text, advice)


def fail(name: str, text: str, advice: str) -> Finding:
    """It does not work."""
    return Finding("fail", name, text, advice)
