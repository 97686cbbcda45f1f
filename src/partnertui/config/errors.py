"""Errors in the settings."""

from __future__ import annotations

from partnertui.errors import UserError


class ConfigError(UserError):
    """A setting cannot be used: where it is, what is wrong, and what to do."""
