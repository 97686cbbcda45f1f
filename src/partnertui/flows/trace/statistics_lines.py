"""The figures of a call in a box, with words where one is bad, and a table of its RTP streams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from partnertui.flows.trace.message_lines import DSCP, stream_trouble
from partnertui.kit.records.lines import BLANK, Line, field_lines, title_line, wrapped
from partnertui.kit.safe_text import one_line
from partnertui.kit.table.paint import fit
from partnertui.sip.ladder.words import duration_words, stream_role
from partnertui.sip.trace.model import Endpoint, Stream
from partnertui.sip.trace.statistics import Outcome, Statistics

SLOW_PDD_MS = 5_000.0
"""Post-dial delay after which callers hang up (ITU-T E.721 wants 5 s as the mean of toll connections)."""
SHORT_TALK_MS = 3_000.0
GOOD = frozenset({Outcome.ANSWERED, Outcome.OK, Outcome.IN_PROGRESS})
Fact = tuple[str, str, str]
"""Label, value and colour role."""


def statistics_lines(figures: Statistics, streams: Sequence[Stream], sound: bool, width: int, rule: str) -> list[Line]:
    """Everything that was counted."""
    lines = [title_line("Call", width, rule)]
    for label, value, role in (*_ending(figures), *_times(figures), *_parties(figures)):
        if value:
            lines += field_lines(label, value, role, width)
    lines += [BLANK, title_line("Sound (RTP)", width, rule)]
    if not streams:
        words = "No RTP of this call was captured." if sound else "Still looking for RTP …"
        return [*lines, *wrapped(words, width, "muted")]
    lines += _table(streams, width)
    for number, stream in enumerate(streams, 1):
        for words in stream_trouble(stream):
            lines += wrapped(f"{number}: {words}", width, stream_role(stream))
    return lines


def _ending(figures: Statistics) -> Iterator[Fact]:
    role = "good" if figures.outcome in GOOD else "warn"
    yield "Outcome", figures.outcome.value, role
    if figures.final_code is not None:
        code = figures.final_code
        role = "good" if code < 300 else "warn" if code < 400 else "bad"
        yield "Final code", f"{code} {one_line(figures.final_reason)}".strip(), role
    yield "Hung up by", one_line(figures.hung_up_by), ""
    if figures.q850 is not None or figures.reason:
        cause = f"Q.850 cause {figures.q850} " if figures.q850 is not None else ""
        yield "Reason", (cause + one_line(figures.reason)).strip(), ""
    yield "Warning", one_line(figures.warning), "warn"


def _times(figures: Statistics) -> Iterator[Fact]:
    slow = figures.pdd_ms is not None and figures.pdd_ms > SLOW_PDD_MS
    short = figures.talk_ms is not None and figures.talk_ms < SHORT_TALK_MS
    yield "Set-up time", _ms(figures.setup_ms, "not answered"), ""
    yield "Post-dial delay", _ms(figures.pdd_ms) + (": long, callers hang up" if slow else ""), "warn" if slow else ""
    yield "Rang for", _ms(figures.ring_ms, "did not ring"), ""
    yield "Talked for", _ms(figures.talk_ms, "no talk") + (": very short" if short else ""), "warn" if short else ""
    yield "Whole exchange", _ms(figures.duration_ms), ""


def _parties(figures: Statistics) -> Iterator[Fact]:
    offered, chosen = (", ".join(one_line(name, 40) for name in names) for names in (figures.offered, figures.chosen))
    yield "Codecs offered", offered, ""
    yield "Codec chosen", chosen or ("none" if offered else ""), "" if chosen else "warn"
    yield "Source's agent", one_line(figures.source_agent), ""
    yield "Destination's agent", one_line(figures.destination_agent), ""
    if figures.retransmissions:
        words = f"{figures.retransmissions}: packets were lost, or somebody answers late"
        yield "Sent again", words, "warn"
    else:
        yield "Sent again", "nothing", ""
    if figures.mos is not None:
        good = figures.mos >= 3.6
        yield "MOS", f"{figures.mos:.1f} of 4.5" + ("" if good else ": users complain"), "good" if good else "bad"


def _ms(value: float | None, none: str = "") -> str:
    return none if value is None else duration_words(round(value * 1000))


COLUMNS = (("", 2), ("Codec", 9), ("Packets", 8), ("Lost", 7), ("Jitter", 7), ("most", 6), ("MOS", 4), ("DSCP", 5))
"""Headings and cells; jitter in milliseconds."""


def _table(streams: Sequence[Stream], width: int) -> list[Line]:
    used = sum(cells + 1 for _, cells in COLUMNS)
    room = max(16, width - used)
    wide = room >= 48
    head = "".join(_cell(title, cells, place) for place, (title, cells) in enumerate(COLUMNS))
    lines = [Line(((head + (" From, to" if wide else ""), "key"),))]
    for number, stream in enumerate(streams, 1):
        way = f"{_place(stream.source)} to {_place(stream.destination)}"
        values = (
            str(number), stream.codec or f"type {stream.payload_type}", f"{stream.packets:,}", f"{stream.loss:.1f} %",
            f"{stream.jitter_ms:.1f}", f"{stream.max_jitter_ms:.1f}", f"{stream.mos:.1f}" if stream.mos else "-",
            DSCP.get(stream.dscp, str(stream.dscp)).partition(":")[0][:5],
        )  # fmt: skip
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
