"""Split a byte stream into SIP messages by Content-Length (RFC 3261, section 18.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from partnertui.sip.errors import SipSyntaxError
from partnertui.sip.grammar import shown
from partnertui.sip.message import MOST_BYTES

_BLANK = re.compile(rb"\r?\n\r?\n")
# `l` is the compact form (RFC 3261, section 7.3.3). Nine digits are more than a message may have.
_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*([0-9]{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_FIRST = re.compile(rb"SIP/2\.0 |[!-~]+ [!-~]+ SIP/2\.0\r?\n", re.IGNORECASE)
MAX_LINE = 8192


class MessageFramer:
    """Takes bytes as they arrive and yields complete messages; without Content-Length a message has no body."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield the messages completed by `data`. Raises SipSyntaxError for other data and for oversized messages."""
        self._held += data
        while (message := self._next_wakeup()) is not None:
            yield message

    def _next_wakeup(self) -> bytes | None:
        held = self._held
        del held[: len(held) - len(held.lstrip(b"\r\n"))]  # keep-alives (RFC 5626, section 3.5.1)
        self._check_first_line()
        blank = _BLANK.search(held)
        if blank is None:
            if len(held) > MOST_BYTES:
                raise SipSyntaxError(f"A SIP message can have at most {MOST_BYTES} bytes; this one is longer")
            return None
        length = _LENGTH.search(held, 0, blank.start() + 1)
        whole = blank.end() + (int(length[1]) if length else 0)
        if whole > MOST_BYTES:
            raise SipSyntaxError(f"A SIP message can have at most {MOST_BYTES} bytes; this one has {whole}")
        if len(held) < whole:
            return None
        message = bytes(held[:whole])
        del held[:whole]
        return message

    def _check_first_line(self) -> None:
        """Reject another protocol's greeting at its first line instead of waiting for more."""
        line, newline, _ = self._held[:MAX_LINE].partition(b"\n")
        if (newline or len(line) == MAX_LINE) and _FIRST.match(bytes(line + newline)) is None:
            raise SipSyntaxError(
                f"This doesn't start like SIP: {shown(bytes(line).decode('utf-8', 'replace').strip())}"
            )
