"""Records of a pcapng file: enhanced, simple and obsolete packet blocks of any number of sections and interfaces."""

from __future__ import annotations

import struct
from collections.abc import Generator, Sequence

from partnertui.calls.trace_model import LATEST_US
from partnertui.captures.capture_file import (
    LARGEST_RECORD,
    STRETCH,
    Capture,
    Interface,
    Passed,
    Position,
    Record,
    Section,
)
from partnertui.captures.pcap import SHORT, after_packet, truncated_after

SECTION, INTERFACE, OLD_PACKET, SIMPLE, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 6
PACKETS = frozenset({OLD_PACKET, SIMPLE, ENHANCED})
NOTED = PACKETS | {INTERFACE}
LARGEST_BLOCK = LARGEST_RECORD + 65536
MICRO = 6
"""if_tsresol where an interface names none: 10 to the minus sixth of a second."""


class PcapngRecords:
    """Reads from `place` to the last whole block; `damage` says why the rest can't be read."""

    def __init__(self, capture: Capture, start: Position) -> None:
        self.read, self.size, self.position = capture.read, capture.size, start
        self.data, self.begins, self.stretch = b"", 0, SHORT
        self.sections = list(start.sections)
        self._enter(self.sections[-1] if self.sections else Section(0, "<", ()))
        self.damage, self.last_us = "", 0

    def _enter(self, section: Section) -> None:
        self.order, self.interfaces, self.begun = section.order, list(section.interfaces), section.offset

    def _left(self) -> tuple[Section, ...]:
        """The sections so far, the current one as it is now."""
        now = Section(self.begun, self.order, tuple(self.interfaces))
        return (*(section for section in self.sections if section.offset != self.begun), now)

    def _here(self, offset: int, size: int) -> int:
        """Where a place of the file is in `data`, with so many bytes behind it; reads on where it is not yet."""
        position = offset - self.begins
        if position < 0 or position + size > len(self.data):
            self.data, self.begins, position = self.read(offset, max(self.stretch, size)), offset, 0
        return position

    def at(self, frame: int, offset: int) -> Record | None:
        """The record at a known offset; the section that it is in says how to read it."""
        if offset + 12 > self.size:
            return None
        self.sections = list(self._left())
        self._enter(max((one for one in self.sections if one.offset <= offset), key=lambda one: one.offset))
        self.stretch = SHORT
        kind, length = self._block(offset)
        packet = self._packet(kind, offset, length) if offset + length <= self.size else None
        return Record(frame, offset, *packet) if packet is not None else None

    def __iter__(self) -> Generator[Record, None, None]:
        offset, frame = self.position.offset, self.position.frame
        self.stretch = STRETCH
        try:
            while offset + 12 <= self.size:
                kind, length = self._block(offset)
                # blocks are padded to 32 bits and have 12 bytes at least (pcapng, section 3.1)
                # Other blocks, such as names or TLS secrets, may be larger: they are passed over by their length.
                if length < 12 or length % 4 or (length > LARGEST_BLOCK and kind in PACKETS):
                    self.damage = f"it is damaged from byte {offset:,} on, {after_packet(frame)}"
                    break
                if offset + length > self.size:
                    self.damage = truncated_after(frame)
                    break
                packet = self._packet(kind, offset, length)
                offset += length  # before it is handed out: who stops there has had it
                if packet is not None:
                    frame += 1
                    self.last_us = packet[2]
                    yield Record(frame, offset - length, *packet)
        finally:
            self.position = Position(offset, frame, self._left())

    def _block(self, offset: int) -> tuple[int, int]:
        """Type and length; a section header says in which byte order the section is written."""
        position = self._here(offset, 12)
        kind = struct.unpack_from("<I", self.data, position)[0]
        # 0x0A0D0D0A is a palindrome of bytes: it reads alike in both byte orders
        if kind == SECTION:
            self.sections = list(self._left())
            self._enter(
                Section(offset, "<" if self.data[position + 8 : position + 12] == b"\x4d\x3c\x2b\x1a" else ">", ())
            )
        found = struct.unpack_from(self.order + "II", self.data, position)
        return found[0], found[1]

    def _packet(self, kind: int, offset: int, length: int) -> tuple[int, int, int, int, bytes] | None:
        """Start, end, time, link type and bytes of a packet block; other blocks are only taken note of."""
        if kind not in NOTED or length > LARGEST_BLOCK:
            return None
        position = self._here(offset, length)
        if kind == ENHANCED and length >= 32:
            # Two words, the upper one first in either byte order: no 64-bit number (pcapng, section 4.3).
            interface, high, low, size = struct.unpack_from(self.order + "IIII", self.data, position + 8)
        elif kind == OLD_PACKET and length >= 32:
            interface, _, high, low, size = struct.unpack_from(self.order + "HHIII", self.data, position + 8)
        # a simple packet block has neither time nor interface: it belongs to the first (section 4.4)
        elif kind == SIMPLE and length >= 16 and self.interfaces:
            size = min(struct.unpack_from(self.order + "I", self.data, position + 8)[0], length - 16)
            return position + 12, position + 12 + size, 0, self.interfaces[0].link, self.data
        else:
            if kind == INTERFACE and length >= 20:
                self.interfaces.append(self._interface(position, length))
            return None
        if interface >= len(self.interfaces) or size > length - 32:
            return None
        one = self.interfaces[interface]
        time_us = _microseconds(high << 32 | low, one.resolution) + one.seconds * 1_000_000
        return position + 28, position + 28 + size, min(max(time_us, 0), LATEST_US), one.link, self.data

    def _interface(self, position: int, length: int) -> Interface:
        """Link type and how its times are written."""
        link = struct.unpack_from(self.order + "H", self.data, position + 8)[0]
        option, end, resolution, seconds = position + 16, position + length - 4, MICRO, 0
        while option + 4 <= end:
            code, size = struct.unpack_from(self.order + "HH", self.data, option)
            # if_tsresol (section 4.2)
            if code == 9 and size:
                resolution = self.data[option + 4]
            # if_tsoffset, in seconds
            if code == 14 and size == 8:
                seconds = struct.unpack_from(self.order + "q", self.data, option + 4)[0]
            if code == 0:
                break
            option += 4 + (size + 3) // 4 * 4
        return Interface(link, resolution, seconds)

    def holding(self, offsets: Sequence[int], passed: Passed) -> list[tuple[int, int]]:
        """Block by block: what a block is must be known to number it."""
        found: list[tuple[int, int]] = []
        waiting = iter(offsets)
        wanted = next(waiting, None)
        for record in self:
            if not record.frame & 0xFFF:
                passed(record.frame, record.offset)
            while wanted is not None and wanted < record.start:
                wanted = next(waiting, None)
            if wanted is None:
                break
            if wanted < record.end:
                found.append((record.frame, record.offset))
                while wanted is not None and wanted < record.end:
                    wanted = next(waiting, None)
        return found

    def reaching(self, time_us: int) -> Position:
        """Block by block, as their times are in them."""
        for record in self:
            if record.time_us >= time_us:
                return Position(record.offset, record.frame - 1, self._left())
        return self.position

    def with_ports(self, ports: frozenset[bytes], end_us: int, passed: Passed) -> Generator[Record, None, None]:
        """All records up to a time."""
        for record in self:
            if record.time_us > end_us:
                return
            if not record.frame & 0xFFF:
                passed(record.frame, record.offset)
            yield record


def _microseconds(units: int, resolution: int) -> int:
    """if_tsresol: a power of ten, or with the top bit set a power of two."""
    if resolution == MICRO:
        return units
    if resolution & 0x80:
        return units * 1_000_000 >> (resolution & 0x7F)
    ten: int = 10 ** min(resolution, 30)
    return units * 1_000_000 // ten
