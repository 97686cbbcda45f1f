"""A capture as a mapped file of records: pcap and pcapng, also one that is still being written.

Formats: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html and draft-ietf-opsawg-pcapng-02.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

from partnertui.domain.errors import DomainError

LARGEST_RECORD = 262_144
"""tcpdump's own limit; a longer record means that the file is no capture from there on."""


STRETCH = 4_000_000
"""Bytes between two times that pages are given back."""


class Record(NamedTuple):
    """One packet: number from 1, where its record begins, where its bytes begin and end, when, and its link type."""

    frame: int
    offset: int
    start: int
    end: int
    time_us: int
    link: int


@dataclass(frozen=True)
class Section:
    """A part of a pcapng file: where it begins, its byte order, link type and time unit of each of its interfaces."""

    offset: int
    order: str
    interfaces: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Place:
    """How far a capture was read: offset, frames so far, and its sections (pcapng)."""

    offset: int = 0
    frame: int = 0
    sections: tuple[Section, ...] = ()


Passed = Callable[[int, int], None]


class Records(Protocol):
    """What reads records from a place on, and knows afterwards how far it came."""

    place: Place
    damage: str
    last_us: int

    def __iter__(self) -> Generator[Record, None, None]:
        """Records in the order of the file."""

    def at(self, frame: int, offset: int) -> Record | None:
        """The record at an offset that was read before; None where there is none."""

    def holding(self, places: Sequence[int], passed: Passed) -> list[tuple[int, int]]:
        """Frame and offset of the records that hold these places of the file, given in order; each record once.

        `passed` is called now and then with frame and offset of a record that was passed.
        """

    def with_ports(self, ports: frozenset[bytes], end_us: int, passed: Passed) -> Generator[Record, None, None]:
        """Records up to a time that may have one of these UDP ports (two bytes each, as in a packet)."""

    def reaching(self, time_us: int) -> Place:
        """A place from which every record of a time on is read, found without looking into the packets."""


class Capture:
    """A capture, open for reading; raises DomainError for what is none. Its size is that of when it was opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.stat = os.fstat(file.fileno())
                self.size = self.stat.st_size
                self.bytes = mmap.mmap(file.fileno(), self.size, access=mmap.ACCESS_READ) if self.size else None
        except (OSError, ValueError) as error:
            raise DomainError(f"{path.name} cannot be read: {_why(error)}.", advice="Look at its path.") from None
        self.format = self._format()

    def _format(self) -> str:
        if self.bytes is None or self.size < 24:
            self.close()
            raise DomainError(f"{self.path.name} is empty: no packet was captured yet.", advice="Is it being written?")
        magic = bytes(self.bytes[:4])
        known = "pcap" if magic in PCAP else "pcapng" if magic == b"\x0a\x0d\x0d\x0a" else ""
        if magic[:2] == b"\x1f\x8b" or magic in (b"\x28\xb5\x2f\xfd", b"\xfd7zX"):
            self.close()
            raise DomainError(f"{self.path.name} is compressed.", advice="Unpack it first: gunzip, unzstd or unxz.")
        if not known:
            self.close()
            raise DomainError(
                f"{self.path.name} is no capture.", advice="Captures are pcap or pcapng files, as tcpdump writes them."
            )
        return known

    @property
    def data(self) -> mmap.mmap:
        """The bytes of the file."""
        if self.bytes is None:
            raise ValueError("closed")
        return self.bytes

    def records(self, place: Place | None = None) -> Records:
        """Reads records from a place that `Records.place` gave before, or from the start."""
        from partnertui.sip.capture.pcap import PcapRecords
        from partnertui.sip.capture.pcapng import PcapngRecords

        kind = PcapRecords if self.format == "pcap" else PcapngRecords
        return kind(self.data, self.size, place or Place())

    def give_back(self, start: int, end: int) -> None:
        """Pages that were read need not stay in our memory: a capture may be larger than that."""
        first, last = (place // mmap.PAGESIZE * mmap.PAGESIZE for place in (start, end))
        if last > first:
            self.data.madvise(mmap.MADV_DONTNEED, first, last - first)

    def close(self) -> None:
        """Gives the map back."""
        if self.bytes is not None:
            self.bytes.close()
            self.bytes = None

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1),
    b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1000),
}
"""First four bytes -> byte order, and how many of its units make a microsecond."""


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return "it is no file"
