"""Records of a pcap file."""

from __future__ import annotations

import struct
from collections.abc import Generator, Sequence
from mmap import mmap

from partnertui.sip.capture.file import LARGEST_RECORD, PCAP, Passed, Place, Record


class PcapRecords:
    """Reads from `place` to the last whole record; `damage` says why the rest cannot be read."""

    def __init__(self, data: mmap, size: int, place: Place) -> None:
        self.data, self.size = data, size
        self.order, self.units = PCAP[bytes(data[:4])]
        self.link: int = struct.unpack_from(self.order + "I", data, 20)[0] & 0xFFFF
        self.place = place if place.offset else Place(24, 0)
        self.damage, self.last_us = "", 0

    def __iter__(self) -> Generator[Record, None, None]:
        data, size, link, units = self.data, self.size, self.link, self.units
        unpack = struct.Struct(self.order + "IIII").unpack_from
        offset, frame = self.place.offset, self.place.frame
        make, last = tuple.__new__, 0
        try:
            while offset + 16 <= size:
                seconds, fraction, length, _ = unpack(data, offset)
                if length > LARGEST_RECORD:
                    self.damage = f"from byte {offset:,} on, after packet {frame:,}, it is damaged"
                    break
                end = offset + 16 + length
                if end > size:
                    self.damage = f"its last packet is cut off, after packet {frame:,}"
                    break
                frame += 1
                last = seconds * 1_000_000 + fraction // units
                record = make(Record, (frame, offset, offset + 16, end, last, link))
                offset = end  # before it is handed out: who stops there has had it
                yield record
        finally:
            self.place, self.last_us = Place(offset, frame), last

    def at(self, frame: int, offset: int) -> Record | None:
        """The record at a known offset."""
        if offset + 16 > self.size:
            return None
        seconds, fraction, length, _ = struct.unpack_from(self.order + "IIII", self.data, offset)
        end = offset + 16 + length
        if length > LARGEST_RECORD or end > self.size:
            return None
        return Record(frame, offset, offset + 16, end, seconds * 1_000_000 + fraction // self.units, self.link)

    def holding(self, places: Sequence[int], passed: Passed) -> list[tuple[int, int]]:
        """Record lengths alone are read on the way, in a loop that does nothing else."""
        data, size = self.data, self.size
        length_at = struct.Struct(self.order + "I").unpack_from
        offset, frame = self.place.offset, self.place.frame
        found: list[tuple[int, int]] = []
        for wanted in places:
            if found and wanted < offset:
                continue
            while offset + 16 <= size:
                end = offset + 16 + length_at(data, offset + 8)[0]
                if not offset < end <= size:
                    return found
                frame += 1
                if not frame & 0xFFF:
                    passed(frame, offset)
                if end > wanted:
                    found.append((frame, offset))
                    offset = end
                    break
                offset = end
        return found

    def reaching(self, time_us: int) -> Place:
        """The place of the first record that is not before a time; the place of now where all are."""
        data, size, seconds = self.data, self.size, time_us // 1_000_000
        head_at = struct.Struct(self.order + "IxxxxI").unpack_from
        offset, frame = self.place.offset, self.place.frame
        while offset + 16 <= size:
            at, length = head_at(data, offset)
            if at >= seconds:
                return Place(offset, frame)
            if length > LARGEST_RECORD:
                break
            offset += 16 + length
            frame += 1
        return self.place

    def with_ports(self, ports: frozenset[bytes], end_us: int, passed: Passed) -> Generator[Record, None, None]:
        """Of plain Ethernet and IPv4 only those with one of these ports: the rest is passed by in this loop."""
        data, size, units, link = self.data, self.size, self.units, self.link
        unpack = struct.Struct(self.order + "III").unpack_from
        offset, frame, plain = self.place.offset, self.place.frame, link == 1
        while offset + 16 <= size:
            seconds, fraction, length = unpack(data, offset)
            start = offset + 16
            end = start + length
            if end > size or length > LARGEST_RECORD:
                return
            frame += 1
            if not frame & 0xFFF:
                passed(frame, offset)
                if seconds * 1_000_000 > end_us:
                    return
            if (
                not plain
                or data[start + 12 : start + 15] != b"\x08\x00\x45"
                or (data[start + 34 : start + 36] in ports or data[start + 36 : start + 38] in ports)
            ):
                yield Record(frame, offset, start, end, seconds * 1_000_000 + fraction // units, link)
            offset = end
