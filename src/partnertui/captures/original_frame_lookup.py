"""Finds the captured frames of messages again, for saving and dissecting them."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from partnertui.calls.trace_model import Message
from partnertui.captures.call_id_index import Index
from partnertui.captures.capture_file import Capture, Record, Records
from partnertui.captures.indexed_call_loader import message_in_record
from partnertui.captures.unindexed_search import Search
from partnertui.domain.errors import DomainError

Originals = dict[int, tuple[Record, bytes]]
"""By the place of the message: its record, and the bytes of the frame."""


def originals(messages: Sequence[Message], index_path: Path | None) -> Originals:
    """The frames of messages that came whole in one; others, and those whose capture is gone or changed, have none.

    Looked up in the index; where a capture is not indexed it is searched.
    """
    by_capture: dict[str, list[int]] = defaultdict(list)
    for index, message in enumerate(messages):
        # What came over TCP or WebSocket was put together of several frames; other origins than paths are tables.
        if message.transport == "udp" and Path(message.origin).is_absolute():
            by_capture[message.origin].append(index)
    found: Originals = {}
    with contextlib.ExitStack() as stack:
        opened = stack.enter_context(Index(index_path)) if by_capture and index_path is not None else None
        for origin, indexes in by_capture.items():
            with contextlib.suppress(DomainError), Capture(Path(origin)) as capture:
                found |= _frames_in(capture, opened, {messages[index].frame: index for index in indexes}, messages)
    return found


def _frames_in(
    capture: Capture, captures: Index | None, wanted: dict[int, int], messages: Sequence[Message]
) -> Originals:
    found: Originals = {}
    call_ids = sorted({messages[index].call_id for index in wanted.values()})
    records, pairs = _pairs(capture, captures, call_ids)
    for frame, offset in pairs:
        index, record = wanted.get(frame, -1), records.at(frame, offset)
        if index < 0 or record is None:
            continue
        same = message_in_record(record, "")
        # The capture may have been replaced under its name since.
        if same is not None and same.data == messages[index].data:
            found[index] = record, record.packet
    return found


def _pairs(capture: Capture, index: Index | None, call_ids: Sequence[str]) -> tuple[Records, list[tuple[int, int]]]:
    """Frames and offsets of what may be messages of these calls, and what reads them."""
    known = index.file(capture.path) if index is not None else None
    if index is not None and known is not None:
        parts = index.find_in(call_ids, [known.id])
        return capture.records(known.position), [pair for part in parts for pair in part.pairs]
    search = Search(capture)
    return search.records, list(search.records_with(call_ids))
