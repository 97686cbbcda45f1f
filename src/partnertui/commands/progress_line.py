"""Shows a command's progress on one line of standard error."""

from __future__ import annotations

import sys


def overwrite_line(text: str) -> None:
    """Shows a text in place of what the line said before; for terminals alone."""
    print(f"\r\x1b[2K{text}", end="\r", file=sys.stderr, flush=True)
