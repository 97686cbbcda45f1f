"""A call's statistics as text: label, value, and colour role."""

from __future__ import annotations

from collections.abc import Iterator

from partnertui.calls.call_statistics import Outcome, Statistics
from partnertui.calls.quality_limits import LONG_PDD_MS, MOS_BAD, MOS_WARN
from partnertui.calls.trace_model import Stream
from partnertui.domain.plurals import plural
from partnertui.domain.safe_text import one_line
from partnertui.ladder.labels import duration_label

SHORT_TALK_MS = 3_000.0
GOOD = frozenset({Outcome.ANSWERED, Outcome.OK, Outcome.IN_PROGRESS})
PARTIAL = frozenset({Outcome.ANSWERED, Outcome.IN_PROGRESS, Outcome.INCOMPLETE})
"""Outcomes of calls whose times may be missing because not all of the call was captured."""
StatisticsRow = tuple[str, str, str]
"""Label, value and colour role."""


def statistics_rows(statistics: Statistics) -> Iterator[StatisticsRow]:
    """All rows that have a value; the texts are safe to show."""
    for label, value, role in (*_ending(statistics), *_times(statistics), *_parties(statistics)):
        if value:
            yield label, value, role


def stream_label(stream: Stream) -> str:
    """A stream in one line: `PCMA 104 packets, 0.0% lost, jitter 0.3 ms (max 0.5), MOS 4.4, DSCP 46, A to B`."""
    name = one_line(stream.codec) or f"payload type {stream.payload_type}:"
    score = f", MOS {stream.mos:.1f}" if stream.mos else ""
    return (
        f"{name} {plural(stream.packets, 'packet')}, {stream.loss:.1f}% lost, jitter {stream.jitter_ms:.1f} ms"
        f" (max {stream.max_jitter_ms:.1f}){score}, DSCP {stream.dscp}, {stream.source} to {stream.destination}"
    )


def _ending(statistics: Statistics) -> Iterator[StatisticsRow]:
    role = "good" if statistics.outcome in GOOD else "warn"
    yield "Outcome", statistics.outcome.value, role
    if statistics.final_code is not None:
        code = statistics.final_code
        role = "good" if code < 300 else "warn" if code < 400 else "bad"
        yield "Final response", f"{code} {one_line(statistics.final_reason)}".strip(), role
    yield "Hung up by", one_line(statistics.hung_up_by), ""
    if statistics.q850 is not None or statistics.reason:
        cause = f"Q.850 cause {statistics.q850} " if statistics.q850 is not None else ""
        yield "Reason", (cause + one_line(statistics.reason)).strip(), ""
    yield "Warning", one_line(statistics.warning), "warn"


def _times(statistics: Statistics) -> Iterator[StatisticsRow]:
    slow = statistics.pdd_ms is not None and statistics.pdd_ms > LONG_PDD_MS
    short = statistics.talk_ms is not None and statistics.talk_ms < SHORT_TALK_MS
    unknown = "not known" if statistics.outcome in PARTIAL else ""
    if statistics.is_call:
        yield "Set-up time", _ms(statistics.setup_ms, unknown or "not answered"), ""
        yield (
            "Post-dial delay",
            _ms(statistics.pdd_ms) + (": long, callers may hang up" if slow else ""),
            "warn" if slow else "",
        )
        rang = unknown if statistics.setup_ms is None else ""
        yield "Rang for", _ms(statistics.ring_ms, rang or "didn't ring"), ""
        talked = _ms(statistics.talk_ms, unknown or "0 s")
        yield "Talk time", talked + (": very short" if short else ""), "warn" if short else ""
    yield "Total duration", _ms(statistics.duration_ms), ""


def _parties(statistics: Statistics) -> Iterator[StatisticsRow]:
    offered, chosen = (
        ", ".join(one_line(name, 40) for name in names) for names in (statistics.offered, statistics.chosen)
    )
    yield "Codecs offered", offered, ""
    yield "Negotiated codec", chosen or ("none" if offered else ""), "" if chosen else "warn"
    yield "Source user agent", one_line(statistics.source_agent), ""
    yield "Destination user agent", one_line(statistics.destination_agent), ""
    if statistics.retransmissions:
        words = f"{statistics.retransmissions}: packets were lost, or responses were late"
        yield "Retransmissions", words, "warn"
    else:
        yield "Retransmissions", "none", ""
    if statistics.mos is not None:
        role = "bad" if statistics.mos < MOS_BAD else "warn" if statistics.mos < MOS_WARN else "good"
        yield "MOS", f"{statistics.mos:.1f} out of 4.5" + ("" if role == "good" else ": users will notice"), role


def _ms(value: float | None, none: str = "") -> str:
    return none if value is None else duration_label(round(value * 1000))
