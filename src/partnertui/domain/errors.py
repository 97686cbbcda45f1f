"""Refusals by a rule of the business."""

from __future__ import annotations

from partnertui.errors import UserError


class DomainError(UserError):
    """A rule says no: why, which field it is about, and what to do."""


class NotAllowed(DomainError):
    """The operator's role does not allow this."""
