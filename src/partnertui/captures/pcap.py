"""Records of a pcap file."""

from __future__ import annotations

import struct
from collections.abc import Generator, Sequence

from partnertui.captures.capture_file import LARGEST_RECORD, PCAP, STRETCH, Capture, Passed, Position, Record
from partnertui.captures.tunnels import TUNNEL_PROTOCOLS

SHORT = 4_096
"""Bytes that are read of a record at a known place, more only where it is longer."""


class PcapRecords:
    """Reads from `start` to the last whole record; `damage` says why the rest can't be read.

    Every loop here runs over stretches of the file, and inside of them over records.
    """

    def __init__(self, capture: Capture, start: Position) -> None:
        self.read, self.size = capture.read, capture.size
        self.order, self.units = PCAP[capture.head[:4]]
        # the upper half says whether a frame check sequence follows (draft-ietf-opsawg-pcap)
        self.link: int = struct.unpack_from(self.order + "I", capture.head, 20)[0] & 0xFFFF
        self.position = start if start.offset else Position(24, 0)
        self.damage, self.last_us = "", 0

    def __iter__(self) -> Generator[Record, None, None]:
        size, link, units = self.size, self.link, self.units
        unpack = struct.Struct(self.order + "IIII").unpack_from
        offset, frame, position = self.position.offset, self.position.frame, 0
        # tuple.__new__ skips the named tuple's own __new__, which is called for every packet
        make, last = tuple.__new__, 0
        try:
            while offset + 16 <= size:
                data = self.read(offset, STRETCH)
                limit = len(data)
                while position + 16 <= limit:
                    seconds, fraction, length, original = unpack(data, position)
                    start = position + 16
                    end = start + length
                    # a record of nothing but zeros: the file was extended but never written, as after a crash
                    if end > limit or length > LARGEST_RECORD or not (length or original or seconds):
                        break
                    frame += 1
                    last = seconds * 1_000_000 + fraction // units
                    record = make(Record, (frame, offset + position, start, end, last, link, data))
                    position = end  # before it is handed out: who stops there has had it
                    yield record
                # A stretch holds any record: where not even its first is whole, the file ends or is damaged.
                if not position:
                    self.damage = _damage(length, offset, frame)
                    break
                offset, position = offset + position, 0
        finally:
            self.position, self.last_us = Position(offset + position, frame), last

    def at(self, frame: int, offset: int) -> Record | None:
        """The record at a known offset."""
        data = self.read(offset, SHORT)
        if len(data) < 16:
            return None
        seconds, fraction, length, _ = struct.unpack_from(self.order + "IIII", data)
        end = 16 + length
        if length > LARGEST_RECORD or offset + end > self.size:
            return None
        if end > len(data):
            data = self.read(offset, end)
        return Record(frame, offset, 16, end, seconds * 1_000_000 + fraction // self.units, self.link, data)

    def holding(self, offsets: Sequence[int], passed: Passed) -> list[tuple[int, int]]:
        """Record lengths alone are read on the way, in a loop that does nothing else."""
        # only the length of each record is read: a hit needs the frame number, which nothing else tells
        length_at = struct.Struct(self.order + "I").unpack_from
        offset, frame, position = self.position.offset, self.position.frame, 0
        found: list[tuple[int, int]] = []
        waiting = iter(offsets)
        wanted = next(waiting, -1)
        while wanted >= 0 and offset + 16 <= self.size:
            data = self.read(offset, STRETCH)
            limit, sought = len(data), wanted - offset
            passed(frame + 1, offset)
            while position + 16 <= limit:
                end = position + 16 + length_at(data, position + 8)[0]
                if end > limit:
                    break
                frame += 1
                if end > sought:
                    found.append((frame, offset + position))
                    while 0 <= wanted < offset + end:
                        wanted = next(waiting, -1)
                    sought = wanted - offset if wanted >= 0 else self.size
                position = end
            if not position:
                break
            offset, position = offset + position, 0
        return found

    def reaching(self, time_us: int) -> Position:
        """The place of the first record that is not before a time; the place of now where all are."""
        head_at = struct.Struct(self.order + "IxxxxI").unpack_from
        offset, frame, position, seconds = self.position.offset, self.position.frame, 0, time_us // 1_000_000
        while offset + 16 <= self.size:
            data = self.read(offset, STRETCH)
            limit = len(data)
            while position + 16 <= limit:
                at, length = head_at(data, position)
                # Whole seconds: a little too early costs nothing, and the fraction need not be unpacked.
                if at >= seconds:
                    return Position(offset + position, frame)
                if position + 16 + length > limit or not (at or length):
                    break
                position += 16 + length
                frame += 1
            if not position:
                break
            offset, position = offset + position, 0
        return self.position

    def with_ports(self, ports: frozenset[bytes], end_us: int, passed: Passed) -> Generator[Record, None, None]:
        """Of plain Ethernet and IPv4 only tunnels and those with one of these ports: others are skipped at once."""
        units, link = self.units, self.link
        unpack = struct.Struct(self.order + "III").unpack_from
        offset, frame, position, plain = self.position.offset, self.position.frame, 0, link == 1
        while offset + 16 <= self.size:
            data = self.read(offset, STRETCH)
            limit, seconds = len(data), 0
            passed(frame + 1, offset)
            while position + 16 <= limit:
                seconds, fraction, length = unpack(data, position)
                start = position + 16
                end = start + length
                if end > limit or length > LARGEST_RECORD or not (seconds or length):
                    break
                frame += 1
                if (
                    not plain
                    # IPv4 without options: its ports are always at the same place
                    or data[start + 12 : start + 15] != b"\x08\x00\x45"
                    or (data[start + 34 : start + 36] in ports or data[start + 36 : start + 38] in ports)
                    or data[start + 23] in TUNNEL_PROTOCOLS
                ):
                    yield Record(
                        frame, offset + position, start, end, seconds * 1_000_000 + fraction // units, link, data
                    )
                position = end
            # Once a stretch and not once a packet; packets behind the end are sorted out by their time later.
            if not position or seconds * 1_000_000 > end_us:
                return
            offset, position = offset + position, 0


def _damage(length: int, offset: int, frame: int) -> str:
    """Why a record can't be read; one of nothing but zeros is what a crash leaves behind."""
    if not 0 < length <= LARGEST_RECORD:
        return f"it is damaged from byte {offset:,} on, {after_packet(frame)}"
    return truncated_after(frame)


def truncated_after(frame: int) -> str:
    """That the last packet, the one after this, isn't complete."""
    return f"its last packet, after packet {frame:,}, is truncated" if frame else "its only packet is truncated"


def after_packet(frame: int) -> str:
    """Where damage begins: after the last packet that could be read, if there is one."""
    return f"after packet {frame:,}" if frame else "before the first packet"
