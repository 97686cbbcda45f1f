"""The one error of this package."""

from __future__ import annotations


class SipSyntaxError(ValueError):
    """What was received or asked for is not SIP; says where and why."""
