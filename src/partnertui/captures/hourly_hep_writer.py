"""Writes received HEP datagrams to hourly pcap files, and deletes the oldest after some days."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import IO

from partnertui.calls.trace_model import Endpoint
from partnertui.captures.saving.pcap_writer import LONGEST, RAW_IP
from partnertui.domain.errors import DomainError

_NAME = re.compile(r"hep-(\d{8})-\d{2}(?:-\d+)?\.pcap")


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP payload as it arrived, in microseconds since 1970."""

    time_us: int
    sender: Endpoint
    data: bytes


class HourlyFiles:
    """Writes `hep-YYYYMMDD-HH.pcap`, by the hour of arrival in UTC; each start begins a file of its own.

    Raises DomainError where the folder can't be written to.
    """

    def __init__(self, folder: Path, receiver: Endpoint) -> None:
        self.folder, self.receiver = folder, receiver
        self._hour, self._file = "", None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._error(error) from None

    _file: IO[bytes] | None

    def write(self, datagrams: Iterable[Datagram]) -> None:
        """Appends datagrams and flushes, so that the file can be read at once."""
        try:
            for datagram in datagrams:
                hour = f"{datetime.fromtimestamp(datagram.time_us / 1e6, UTC):%Y%m%d-%H}"
                if hour > self._hour or self._file is None:
                    self._begin(hour)
                assert self._file is not None
                seconds, rest = divmod(datagram.time_us, 1_000_000)
                packet = udp_packet(datagram.sender, self.receiver, datagram.data)
                self._file.write(struct.pack("<IIII", seconds, rest, len(packet), len(packet)) + packet)
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            self.close()
            raise self._error(error) from None

    def _begin(self, hour: str) -> None:
        self.close()
        names = (f"hep-{hour}.pcap", *(f"hep-{hour}-{number}.pcap" for number in range(2, 10_000)))
        path = next(path for path in (self.folder / name for name in names) if not path.exists())
        self._hour, self._file = hour, path.open("xb")
        self._file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, LONGEST, RAW_IP))

    def delete_old(self, today: date, keep_days: int) -> int:
        """Deletes the files of days before those that are kept; returns how many. Raises DomainError."""
        try:
            return delete_old_files(self.folder, today, keep_days)
        except OSError as error:
            raise self._error(error) from None

    def close(self) -> None:
        """Closes the file of now."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _error(self, error: OSError) -> DomainError:
        return DomainError(
            f"Captures can't be written to {self.folder}: {(error.strerror or str(error)).lower()}.",
            advice="Choose another folder with --folder, or - to write none.",
        )


def old_files(folder: Path, today: date, keep_days: int) -> list[Path]:
    """The hourly files of days before those that are kept; none where there is no folder. Raises OSError."""
    if not folder.is_dir():
        return []
    oldest = f"{today - timedelta(days=keep_days):%Y%m%d}"
    return [path for path in folder.iterdir() if (name := _NAME.fullmatch(path.name)) and name[1] < oldest]


def delete_old_files(folder: Path, today: date, keep_days: int) -> int:
    """Deletes the files of days before those that are kept; returns how many. Raises OSError."""
    old = old_files(folder, today, keep_days)
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def udp_packet(source: Endpoint, destination: Endpoint, data: bytes) -> bytes:
    """An IP packet with a datagram, without UDP's checksum: computing it takes longer than all the rest."""
    one, other = ip_address(source.address), ip_address(destination.address)
    if one.version != other.version:  # a wildcard address of the other family
        other = ip_address("0.0.0.0" if one.version == 4 else "::")
    udp = struct.pack(">HHHH", source.port, destination.port, len(data) + 8, 0) + data
    if one.version == 6:
        return struct.pack(">IHBB", 6 << 28, len(udp), 17, 64) + one.packed + other.packed + udp
    head = struct.pack(">BBHHHBBH", 0x45, 0, len(udp) + 20, 0, 0, 64, 17, 0) + one.packed + other.packed
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack(">H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF) + head[12:] + udp
