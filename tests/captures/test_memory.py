"""A capture is read in a stretch at a time: memory doesn't grow with the file."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

from tests.calls.call_scripts import messages
from tests.captures.packet_builder import ether, ip, pcap, udp

from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_index_update import IndexUpdate

MEGABYTE = 1_000_000
(INVITE,) = (message.data for message in messages("0 A>P INVITE 1 sdp=192.0.2.1:4000/PCMA"))


def peak(folder: Path, packets: int) -> tuple[int, int]:
    """Bytes of a capture, and those that Python had at most while it was indexed; one packet in a hundred is SIP."""
    path = folder / f"{packets}.pcap"
    media = ether(ip(udp(b"\x80" * 1400)))
    call = ether(ip(udp(INVITE)))
    path.write_bytes(pcap((media if number % 100 else call) for number in range(packets)))
    with Index(folder / f"{packets}.db") as index:
        tracemalloc.start()
        assert IndexUpdate(index).update([path]) == []
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return path.stat().st_size, most


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peak(tmp_path, 1_000)  # what is imported and built once
    small, least = peak(tmp_path, 3_000)
    size, most = peak(tmp_path, 15_000)
    print(f"{small / MEGABYTE:.0f} MB: {least / MEGABYTE:.1f} MB, {size / MEGABYTE:.0f} MB: {most / MEGABYTE:.1f} MB")
    assert size > 20 * MEGABYTE
    assert most < 8 * MEGABYTE
