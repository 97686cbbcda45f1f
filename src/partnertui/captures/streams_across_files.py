"""Carries TCP streams and fragments that continue in the next file of a capture ring over to it, for tshark."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from partnertui.captures.call_id_index import Index, IndexedFile
from partnertui.captures.capture_file import Capture, Record
from partnertui.captures.packet_headers import ODD, TCP, conversation
from partnertui.captures.tunnels import innermost
from partnertui.domain.errors import DomainError

MAX_GAP_US = 60_000_000
"""A file that begins later than this after the end of another one doesn't continue it."""
MAX_OVERLAP_US = 2_000_000
MAX_FILES_BACK = 24
MAX_PACKETS = 20_000
"""Packets of earlier files that are given to tshark with a file."""
EDGE_PACKETS = 5_000
"""Packets at the end of a file and at the beginning of the next by which it is seen what goes on."""


@dataclass(frozen=True)
class Span:
    """A file of the index with packets for tshark: its times, and what it was last joined to."""

    path: Path
    size: int
    first_us: int
    last_us: int
    joined_to: str


def predecessors(index: Index, paths: Sequence[Path]) -> list[tuple[Span, list[Span]]]:
    """Files that may continue others of their folder, each with those before it, the nearest first."""
    rows = index.connection.execute(
        "SELECT path, size, coalesce(first_us, 0), coalesce(last_us, 0), joined_to FROM files"
        " WHERE length(odd) > 0 AND first_us > 0 ORDER BY first_us, path"
    )
    wanted, found = {str(path) for path in paths}, list[tuple[Span, list[Span]]]()
    spans = [Span(Path(path), *rest) for path, *rest in rows]
    by_folder: dict[Path, list[Span]] = {}
    for span in spans:
        before, current = list[Span](), span
        for other in reversed(by_folder.setdefault(span.path.parent, [])):
            if -MAX_OVERLAP_US <= current.first_us - other.last_us <= MAX_GAP_US:
                before.append(other)
                current = other
            if len(before) >= MAX_FILES_BACK:
                break
        by_folder[span.path.parent].append(span)
        if before and str(span.path) in wanted and span.joined_to != join_key(span, before):
            found.append((span, before))
    return found


def join_key(span: Span, before: Sequence[Span]) -> str:
    """Changes where a file or the one before it has grown."""
    return f"{span.size} {before[0].path.name} {before[0].size}"


def carried_records(index: Index, file: IndexedFile, before: Sequence[Span]) -> list[Record]:
    """Packets of earlier files in whose streams the first packets of a file go on, in order of time.

    Their frame numbers are negative: messages that end in them are those of the earlier files.
    """
    with Capture(file.path) as capture:
        open_keys = {key for _, key in islice(_keyed(capture, file, backwards=False), EDGE_PACKETS)}
    carried = list[Record]()
    for span in before:
        earlier = index.file(span.path)
        if earlier is None or not open_keys:
            break
        with contextlib.suppress(DomainError), Capture(span.path) as capture:
            if not earlier.grown(capture):
                break
            edge = {key for _, key in islice(_keyed(capture, earlier, backwards=True), EDGE_PACKETS)}
            open_keys &= edge
            for record, key in _keyed(capture, earlier, backwards=True):
                if key in open_keys:
                    carried.append(record._replace(frame=-record.frame))
                if len(carried) >= MAX_PACKETS:
                    return carried[::-1]
    return carried[::-1]


def _keyed(capture: Capture, file: IndexedFile, *, backwards: bool) -> Iterator[tuple[Record, bytes]]:
    """Packets for tshark with the stream or datagram that they are a part of."""
    records = capture.records(file.position)
    pairs = sorted(zip(file.odd[::2], file.odd[1::2], strict=True), reverse=backwards)
    for frame, offset in pairs:
        record = records.at(frame, offset)
        key = _key_of(record) if record is not None else b""
        if record is not None and key:
            yield record, key


def _key_of(record: Record) -> bytes:
    """Both ends of a TCP connection, or what the fragments of a datagram have in common; empty for others."""
    data = record.data
    ip, payload = innermost(data, record.link, record.start, record.end)
    if payload == TCP:
        one, other = conversation(data, ip)
        return one + other
    if payload == ODD and ip > 0 and data[ip] >> 4 == 4 and (data[ip + 6] & 0x3F or data[ip + 7]):
        return data[ip + 4 : ip + 6] + data[ip + 12 : ip + 20]
    return b""
