"""Errors of keys and sealed values."""

from partnertui.errors import UserError


class VaultError(UserError):
    """A key is missing or refused, or a sealed value doesn't open."""
