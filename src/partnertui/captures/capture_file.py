"""A capture as a file of records: pcap and pcapng, also one that is still being written.

It is read in stretches and never mapped: where a mapped file is cut off meanwhile (logrotate's copytruncate, a ring of
tcpdump's), the next look at a page that is gone ends the program (SIGBUS). A read that comes back short is a sentence.

Formats: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-03.html and draft-ietf-opsawg-pcapng-02.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol

from partnertui.captures.format_conversion import PCAP_MAGIC, Progress, plain_copy
from partnertui.domain.errors import DomainError

LARGEST_RECORD = 262_144
"""tcpdump's own limit; a longer record means that the file is no capture from there on."""


STRETCH = 1 << 20
"""Bytes that are read at a time; more than the largest record."""


class Record(NamedTuple):
    """One packet: number from 1, where its record begins in the file, when, and its link type.

    Its bytes are those from `start` to `end` of `data`, which holds its neighbours, too.
    """

    frame: int
    offset: int
    start: int
    end: int
    time_us: int
    link: int
    data: bytes = b""

    @property
    def packet(self) -> bytes:
        """Its bytes alone."""
        return self.data[self.start : self.end]


class Interface(NamedTuple):
    """An interface of a pcapng file: its link type, if_tsresol, and if_tsoffset: seconds to be added to each time."""

    link: int
    resolution: int
    seconds: int = 0


@dataclass(frozen=True)
class Section:
    """A part of a pcapng file: where it begins, its byte order, and its interfaces."""

    offset: int
    order: str
    interfaces: tuple[Interface, ...]


@dataclass(frozen=True)
class Position:
    """How far a capture was read: offset, frames so far, and its sections (pcapng)."""

    offset: int = 0
    frame: int = 0
    sections: tuple[Section, ...] = ()


Passed = Callable[[int, int], None]


class Records(Protocol):
    """What reads records from a place on, and knows afterwards how far it came."""

    position: Position
    damage: str
    last_us: int

    def __iter__(self) -> Generator[Record, None, None]:
        """Records in the order of the file."""

    def at(self, frame: int, offset: int) -> Record | None:
        """The record at an offset that was read before; None where there is none."""

    def holding(self, offsets: Sequence[int], passed: Passed) -> list[tuple[int, int]]:
        """Frame and offset of the records that hold these places of the file, given in order; each record once.

        `passed` is called now and then with frame and offset of a record that was passed.
        """

    def with_ports(self, ports: frozenset[bytes], end_us: int, passed: Passed) -> Generator[Record, None, None]:
        """Records up to a time that may have one of these UDP ports (two bytes each, as in a packet)."""

    def reaching(self, time_us: int) -> Position:
        """A place from which every record of a time on is read, found without looking into the packets."""


class Capture:
    """A capture, open for reading; raises DomainError for what is none. Its size is that of when it was opened."""

    def __init__(self, path: Path, progress: Progress = lambda done: None) -> None:
        self.path, self.damage = path, ""
        self._fingerprints: dict[int, bytes] = {}
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe would keep us waiting
        except (OSError, ValueError) as error:
            raise self._unread(error) from None
        with contextlib.ExitStack() as opened:
            opened.callback(self.close)
            self.stat = os.fstat(self._file)
            self.size = self.stat.st_size
            if not stat.S_ISREG(self.stat.st_mode):
                kind = "a directory" if stat.S_ISDIR(self.stat.st_mode) else "not a regular file"
                raise DomainError(f"{path.name} can't be read: it is {kind}.")
            self._open_copy(progress)
            self.head = self.read(0, HEAD)
            self.format = self._format()
            opened.pop_all()

    def _open_copy(self, progress: Progress) -> None:
        """Reads a compressed file, and one in another format, out of its plain copy instead."""
        head = self.read(0, HEAD)
        if not head or head[:4] in PCAP_MAGIC:
            return
        copy = plain_copy(self._file, self.path, progress)
        os.close(self._file)
        self._file, self.size, self.damage = copy.file, copy.size, copy.damage

    def fingerprint(self, size: int) -> bytes:
        """A digest of the first `size` bytes: of all of a small capture, of many samples of a large one.

        Lengths and times of records are in it, so a capture that was exported again under its name has another one.
        """
        if size not in self._fingerprints:
            digest = blake2b(size.to_bytes(8, "big"), digest_size=16)
            step = max(size // SAMPLES, SAMPLE)
            # samples over the whole file: reading all of a large capture only to recognise it would cost a pass
            for offset in [*range(0, max(size - SAMPLE, 0), step), max(size - SAMPLE, 0)]:
                digest.update(self.read(offset, min(SAMPLE, size - offset)))
            self._fingerprints[size] = digest.digest()
        return self._fingerprints[size]

    def _unread(self, error: Exception) -> DomainError:
        words = getattr(error, "strerror", None) or "it isn't a valid path"
        advice = "Ask its owner for access." if isinstance(error, PermissionError) else "Check the path."
        return DomainError(f"{self.path.name} can't be read: {words[0].lower() + words[1:]}.", advice=advice)

    def _format(self) -> str:
        magic, name = self.head[:4], self.path.name
        known = "pcap" if magic in PCAP else "pcapng" if magic == b"\x0a\x0d\x0d\x0a" else ""
        if not self.size or (known and self.size < 24):
            raise DomainError(
                f"{name} is empty: no packets have been captured yet.",
                advice="Wait for packets, or check that the capture is running.",
            )
        if not known:
            raise DomainError(
                f"{name} isn't a capture.",
                advice="Captures are pcap or pcapng files, as tcpdump writes them; editcap converts others.",
            )
        return known

    def read(self, offset: int, size: int) -> bytes:
        """Bytes of the file, fewer only at its end; raises DomainError where that was cut off meanwhile."""
        wanted = max(min(size, self.size - offset), 0)
        try:
            data = os.pread(self._file, wanted, offset)
        except OSError as error:
            raise self._unread(error) from None
        if len(data) < wanted:
            raise DomainError(f"{self.path.name} was truncated while it was being read.", advice="Read it again.")
        return data

    def records(self, start: Position | None = None) -> Records:
        """Reads records from a place that `Records.position` gave before, or from the start."""
        # here, as both formats import this module
        from partnertui.captures.pcap import PcapRecords
        from partnertui.captures.pcapng import PcapngRecords

        kind = PcapRecords if self.format == "pcap" else PcapngRecords
        return kind(self, start or Position())

    def close(self) -> None:
        """Closes the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


HEAD = 64
SAMPLES, SAMPLE = 256, 4_096
"""Stretches of a capture that its fingerprint covers, and bytes of each."""
PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1),
    b"\xa1\xb2\xc3\xd4": (">", 1),
    b"\x4d\x3c\xb2\xa1": ("<", 1000),
    b"\xa1\xb2\x3c\x4d": (">", 1000),
}
"""First four bytes -> byte order, and how many of its units make a microsecond."""
