"""Errors in SIP messages and addresses."""

from __future__ import annotations

from partnertui.errors import UserError


class SipSyntaxError(UserError, ValueError):
    """The text is not valid SIP (RFC 3261, section 25); the message says what is wrong and where."""
