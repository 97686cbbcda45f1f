"""Removes control codes from what commands print when standard output is a terminal."""

from __future__ import annotations

import io
import os
import sys

from partnertui.domain.safe_text import block


class CleanedOutput(io.TextIOWrapper):
    """Text without control codes, bidirectional marks and the like; lines stay lines."""

    def write(self, text: str, /) -> int:
        """Writes the text, cleaned."""
        super().write(block(text, len(text) + 1))
        return len(text)


def clean_terminal_output(errors: str) -> None:
    """Puts the filter before standard output if that is a terminal; `errors` is for what the locale can't encode."""
    if sys.stdout.isatty():
        raw = open(os.dup(sys.stdout.fileno()), "wb")  # noqa: SIM115 - open until the program ends
        sys.stdout = CleanedOutput(raw, encoding=sys.stdout.encoding, errors=errors, line_buffering=True)
