"""Packets of a capture as a small capture of their own, for tshark and for saving (pcapng, section 4)."""

from __future__ import annotations

import struct
from pathlib import Path

from partnertui.captures.capture_file import Record

MOST_BYTES = 100_000_000
"""No more is given to tshark at a time."""


def block(kind: int, body: bytes) -> bytes:
    """A pcapng block, padded, with its length before and after."""
    body += b"\0" * (-len(body) % 4)
    length = len(body) + 12
    return struct.pack("<II", kind, length) + body + struct.pack("<I", length)


class Extract:
    """Writes packets of any link types; `frames` are their numbers in the capture that they come from."""

    def __init__(self, path: Path) -> None:
        self.path, self.frames, self.left_out = path, list[int](), 0
        self._links: dict[int, int] = {}
        self._file = path.open("wb")
        # -1: the length of the section isn't given (pcapng, section 4.1).
        self._bytes = self._file.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))

    def add(self, record: Record, packet: bytes) -> None:
        """Adds a packet; what is beyond the limit is only counted."""
        if self._bytes > MOST_BYTES:
            self.left_out += 1
            return
        if record.link not in self._links:
            self._links[record.link] = len(self._links)
            self._file.write(block(1, struct.pack("<HHI", record.link, 0, 0)))
        head = struct.pack(
            "<IIIII",
            self._links[record.link],
            record.time_us >> 32,
            record.time_us & 0xFFFFFFFF,
            len(packet),
            len(packet),
        )
        self._bytes += self._file.write(block(6, head + packet))
        self.frames.append(record.frame)

    def close(self) -> None:
        """The file is whole."""
        self._file.close()
