"""Checks the reason that an operator must give for moving money: one line, not too long."""

from __future__ import annotations

from partnertui.domain.errors import DomainError

LONGEST_REASON = 500


def checked_reason(reason: str | None, advice: str) -> str:
    """The reason on one line; raises DomainError for one that is too long, and with `advice` where there is none."""
    words = " ".join((reason or "").split())
    if not words:
        raise DomainError("A reason is required.", field="reason", advice=advice)
    if len(words) > LONGEST_REASON:
        raise DomainError(f"The reason is longer than {LONGEST_REASON} characters.", field="reason")
    return words
