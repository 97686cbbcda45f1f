"""Untrusted text becomes displayable text, for all of the interface: the rules are in `domain/safe_text.py`."""

from __future__ import annotations

from partnertui.domain.safe_text import MOST_MARKS, SUBSTITUTE, block, one_line

__all__ = ["MOST_MARKS", "SUBSTITUTE", "block", "one_line"]
