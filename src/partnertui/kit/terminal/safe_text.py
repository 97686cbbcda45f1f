"""Removes control codes from untrusted text for the interface, by the rules of `domain/safe_text.py`."""

from __future__ import annotations

from partnertui.domain.safe_text import MOST_MARKS, SUBSTITUTE, block, one_line

__all__ = ["MOST_MARKS", "SUBSTITUTE", "block", "one_line"]
