"""What a rule refuses, in a sentence."""

from __future__ import annotations


class DomainError(Exception):
    """A rule says no: why, which field it is about, and what to do."""

    def __init__(self, message: str, *, field: str | None = None, advice: str = "") -> None:
        super().__init__(message)
        self.message, self.field, self.advice = message, field, advice


class NotAllowed(DomainError):
    """The operator's role may not do this."""
