"""Errors in settings."""

from __future__ import annotations

from partnertui.errors import UserError


class ConfigError(UserError):
    """A setting isn't valid; the message says where it is and what is wrong."""
