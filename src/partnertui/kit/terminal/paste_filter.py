"""Removes ESC from pasted text before Textual's parser, which would take what follows for key presses.

Most terminals do so themselves; tmux's `paste-buffer` doesn't, and a log with colours is full of them.
"""

from __future__ import annotations

ESC = "\x1b"
START, END = "\x1b[200~", "\x1b[201~"
"""Around pasted text (xterm's bracketed paste mode)."""
LEFT_OUT = "·"
MOST_PASTED = 100_000
"""Characters of pasted text that are taken."""


class PasteFilter:
    """Cleans what a terminal sends, piece by piece; a piece may end anywhere."""

    def __init__(self) -> None:
        self._inside = False
        self._kept = ""
        """Outside: the last characters, which may begin START. Inside: those that may begin END, not passed on yet."""

    def clean(self, text: str) -> str:
        """The text to parse."""
        parts: list[str] = []
        while text:
            text = self._end(text, parts) if self._inside else self._begin(text, parts)
        return "".join(parts)

    def _begin(self, text: str, parts: list[str]) -> str:
        """Passes what is before a paste, and returns what is in it."""
        seen = self._kept + text
        at = seen.find(START)
        if at < 0:
            # One character less than START: it may be split over two reads anywhere, but never lies whole in what is
            # kept.
            self._kept = seen[1 - len(START) :]
            parts.append(text)
            return ""
        inside = at + len(START) - len(self._kept)
        self._inside, self._kept = True, ""
        parts.append(text[:inside])
        return text[inside:]

    def _end(self, text: str, parts: list[str]) -> str:
        """Passes what is in a paste, cleaned, and returns what comes after it."""
        pasted, self._kept = self._kept + text, ""
        at = pasted.find(END)
        if at >= 0:
            self._inside = False
            parts.append(pasted[:at].replace(ESC, LEFT_OUT) + END)
            return pasted[at + len(END) :]
        # The longest beginning first: END may be split over two reads, and its beginning must not pass as pasted text.
        begun = next((n for n in range(len(END) - 1, 0, -1) if pasted.endswith(END[:n])), 0)
        whole = len(pasted) - begun
        self._kept = pasted[whole:]
        parts.append(pasted[:whole].replace(ESC, LEFT_OUT))
        return ""
