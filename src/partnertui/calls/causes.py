"""Why an exchange ended, in the words of its messages: Reason (RFC 3326, with causes of Q.850) and Warning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from partnertui.calls.model import Message

_Q850 = re.compile(r"\s*Q\.850\s*;", re.IGNORECASE)
_CAUSE = re.compile(r";\s*cause\s*=\s*(\d{1,3})", re.IGNORECASE)
_TEXT = re.compile(r'text\s*=\s*"([^"]*)"', re.IGNORECASE)
LONGEST, MOST_REASONS = 1_000, 20
"""Characters of a Reason, and how many of them in a message, are looked at."""


class Causes(NamedTuple):
    """The first of each that a message has: a cause of Q.850, the text of a Reason, a Warning."""

    q850: int | None = None
    reason: str = ""
    warning: str = ""


def causes_of(messages: Iterable[Message]) -> Causes:
    """What messages say, in the order in which they are given."""
    q850, reason, warning = Causes()
    for message in messages:
        headers = message.reading.headers
        for value in (whole[:LONGEST] for whole in headers.all("reason")[:MOST_REASONS]):
            match, text = _cause(value), _TEXT.search(value)
            q850 = int(match[1]) if match and q850 is None else q850
            reason = reason or (text[1] if text else "")
        warning = warning or headers.first("warning")
    return Causes(q850, reason, warning)


def _cause(value: str) -> re.Match[str] | None:
    """The cause of the first reason that is one of Q.850."""
    return next((_CAUSE.search(one) for one in value.split(",") if _Q850.match(one)), None)
