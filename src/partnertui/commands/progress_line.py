"""Shows a command's progress on one line of standard error."""

from __future__ import annotations

import sys


def overwrite_line(text: str) -> None:
    """Shows a text in place of what the line said before; for terminals alone."""
    # EL 2 (ECMA-48, 8.3.41) clears the line: a shorter text would leave the end of a longer one.
    print(f"\r\x1b[2K{text}", end="\r", file=sys.stderr, flush=True)
