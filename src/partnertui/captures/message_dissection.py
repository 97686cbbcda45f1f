"""Dissects messages to full field trees: pyshark runs tshark on an extract of their frames."""

from __future__ import annotations

import asyncio
import struct
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from partnertui.calls.trace_model import Message
from partnertui.captures import tshark
from partnertui.captures.capture_file import Record
from partnertui.captures.field_tree import Tree, tree_of
from partnertui.captures.original_frame_lookup import originals
from partnertui.captures.pcapng_writer import Extract
from partnertui.captures.pyshark_xml_packets import packets
from partnertui.captures.saving.pcap_writer import RAW_IP, build_pcap
from partnertui.domain.errors import DomainError

MOST = 2_000
"""Messages that are dissected at a time."""
SECONDS = 60.0


@dataclass
class Extracted:
    """A capture for tshark: of each of its frames the place of the message and whether it was made anew."""

    path: Path
    frames: list[tuple[int, bool]] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    """Number of a frame here -> its number in the capture that it comes from."""


Aside = Callable[[Callable[[], Extracted]], Awaitable[Extracted]]


async def dissect(
    messages: Sequence[Message],
    tell: Callable[[int, Tree], None],
    index: Path | None = None,
    aside: Aside = asyncio.to_thread,
) -> None:
    """Calls `tell` with the place and the tree of each message as it becomes known; of the first MOST, given in order.

    `index`: that of the captures, where their frames are looked up. `aside` runs in a thread what reads files and
    imports. Raises DomainError where there is no tshark, where it fails, or takes longer than SECONDS.
    """
    if not tshark.installed():
        raise DomainError("tshark isn't installed.", advice="Install it: apt-get install tshark.")
    with tempfile.TemporaryDirectory(prefix="partnertui-", dir=index.parent if index else None) as folder:
        extracted = await aside(lambda: _extract(messages[:MOST], index, Path(folder) / "call.pcapng"))
        try:
            async with asyncio.timeout(SECONDS):
                found = await _run(extracted, tell)
        except TimeoutError:
            raise DomainError(f"tshark didn't dissect these messages within {SECONDS:.0f} seconds.") from None
    if extracted.frames and not found:
        raise DomainError("tshark couldn't dissect these messages.", advice="See the log file for its output.")


def warm() -> None:
    """Imports pyshark, a tenth of a second; run it in a thread."""
    import partnertui.captures.pyshark_xml_packets  # noqa: F401


def _extract(messages: Sequence[Message], index_path: Path | None, path: Path) -> Extracted:
    """Frames as they were captured, and frames made anew for messages that came otherwise."""
    warm()
    extracted, known, made = Extracted(path), originals(messages, index_path), Extract(path)
    try:
        for index, message in enumerate(messages):
            again = index not in known
            for record, packet in _made(message) if again else [known[index]]:
                made.add(record, packet)
                extracted.frames.append((index, again))
                extracted.numbers[len(extracted.frames)] = message.frame
    finally:
        made.close()
    return extracted


def _made(message: Message) -> Iterator[tuple[Record, bytes]]:
    """Packets that hold a message: one, unless it is longer than a datagram."""
    data, offset = build_pcap([message]), 24
    while offset < len(data):
        (size,) = struct.unpack_from("<I", data, offset + 8)
        offset += 16
        yield Record(message.frame, 0, 0, 0, message.time_us, RAW_IP), data[offset : offset + size]
        offset += size


async def _run(extracted: Extracted, tell: Callable[[int, Tree], None]) -> int:
    """Returns how many frames were dissected."""
    done = 0

    def take(packet: bytes) -> None:
        nonlocal done
        index, made = extracted.frames[done] if done < len(extracted.frames) else (-1, False)
        done += 1
        tree = tree_of(packet, extracted.numbers, made) if index >= 0 else None
        if tree is not None:
            tell(index, tree)

    await packets(extracted.path, take)
    return done
