"""DomainError: a business rule refuses something."""

from __future__ import annotations

from partnertui.errors import UserError


class DomainError(UserError):
    """A business rule was violated."""


class NotAllowed(DomainError):
    """The operator's role doesn't allow this."""
