"""The statistics of a call, with explanations of bad values, and a table of its RTP streams."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.calls.call_statistics import Statistics
from partnertui.calls.trace_model import Endpoint, Stream
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.kit.widgets.table.painter import fit
from partnertui.ladder.labels import stream_role
from partnertui.ladder.statistics_text import statistics_rows
from partnertui.screens.shared.trace.message_lines import DSCP, stream_problems


def statistics_lines(
    statistics: Statistics, streams: Sequence[Stream], sound: bool, width: int, rule: str
) -> list[Line]:
    """All statistics as lines."""
    lines = [title_line("Call" if statistics.is_call else "Request", width, rule)]
    for label, value, role in statistics_rows(statistics):
        lines += field_lines(label, value, role, width)
    if not statistics.is_call and not streams:
        return lines
    lines += [BLANK, title_line("Audio (RTP)", width, rule)]
    if not streams:
        words = "No RTP was captured for this call." if sound else "Looking for RTP …"
        return [*lines, *wrapped(words, width, "muted")]
    lines += _table(streams, width)
    for number, stream in enumerate(streams, 1):
        for words in stream_problems(stream):
            lines += wrapped(f"{number}. {words}", width, stream_role(stream))
    return lines


COLUMNS = (("", 2), ("Codec", 9), ("Packets", 8), ("Lost", 7), ("Jitter", 9), ("max", 9), ("MOS", 4), ("DSCP", 5))
"""Headings and cells; jitter has a mean and a maximum."""


def _table(streams: Sequence[Stream], width: int) -> list[Line]:
    used = sum(cells + 1 for _, cells in COLUMNS)
    room = max(16, width - used)
    wide = room >= 44
    head = "".join(_cell(title, cells, place) for place, (title, cells) in enumerate(COLUMNS))
    lines = [Line(((head + (" From, to" if wide else ""), "key"),))]
    for number, stream in enumerate(streams, 1):
        way = f"{_place(stream.source)} to {_place(stream.destination)}"
        values = (
            str(number),
            stream.codec or f"type {stream.payload_type}",
            f"{stream.packets:,}",
            f"{stream.loss:.1f}%",
            f"{stream.jitter_ms:.1f} ms",
            f"{stream.max_jitter_ms:.1f} ms",
            f"{stream.mos:.1f}" if stream.mos else "-",
            DSCP.get(stream.dscp, str(stream.dscp)).partition(":")[0][:5],
        )
        row = "".join(_cell(one_line(value), COLUMNS[n][1], n) for n, value in enumerate(values))
        role = stream_role(stream)
        if wide:
            lines.append(Line(((row, role), (f" {fit(way, room - 1, 'left', '…').rstrip()}", "muted")), copy=row + way))
        else:
            lines += [Line(((row, role),), copy=f"{row} {way}"), Line(((f"   {way}", "muted"),))]
    return lines


def _cell(text: str, cells: int, place: int) -> str:
    return fit(text, cells, "left" if place < 2 else "right", "…") + " "


def _place(endpoint: Endpoint) -> str:
    return one_line(str(endpoint), 60)
