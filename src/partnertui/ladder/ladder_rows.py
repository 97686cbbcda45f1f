"""Turns a trace into ladder rows: which messages are shown, folded or marked, and pauses between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from partnertui.calls.trace_model import Message, Side, Trace
from partnertui.ladder.labels import (
    DIALOGS,
    answered_challenges,
    duration_label,
    label_of,
    role_of,
    sdp_label,
    short_stream_label,
    stream_label,
    stream_role,
)
from partnertui.ladder.model import GAP_US, Ladder, Options, Repeats, Row, RowKind
from partnertui.ladder.participants import Columns, belongs, columns_of, participants_of, split_addresses
from partnertui.sip.sdp import Sdp


def layout(trace: Trace, names: Mapping[str, str] | None = None, options: Options | None = None) -> Ladder:
    """Columns and rows; `names` by address, address and port such as `192.0.2.1:5060`, or role such as `caller`."""
    options = options or Options()
    shown = [index for index in range(len(trace.messages)) if _wanted(trace, index, options)]
    messages = [trace.messages[index] for index in shown]
    columns = columns_of(messages, split_addresses(trace.messages))
    rows = sorted(
        (*_message_rows(trace, shown, columns, options), *_stream_rows(trace, columns, options)),
        # By time alone: the order is stable, so that a description stays below its message.
        key=lambda row: row.time_us,
    )
    ladder = Ladder(
        participants_of(columns, trace.messages, names or {}),
        tuple(_with_gaps(rows)),
        trace.start_us if trace.messages else 0,
        _hidden(trace, shown, options),
    )
    return replace(ladder, rows_of=_rows_of(trace, ladder.rows))


def _wanted(trace: Trace, index: int, options: Options) -> bool:
    message = trace.messages[index]
    if index in trace.copies or (index in trace.repeats and options.repeats != Repeats.SHOWN):
        return False
    if options.side is not None and trace.sides[index] != options.side:
        return False
    if not options.keep_alives and message.method == "OPTIONS":
        return False
    return not options.only_sdp or message.sdp is not None


def _hidden(trace: Trace, shown: list[int], options: Options) -> int:
    """Number of messages left out; a retransmission counted on the first message isn't one of them."""
    kept = set(shown)
    told = kept if options.repeats == Repeats.FOLDED else set()
    return sum(
        index not in kept and index not in trace.copies and trace.repeats.get(index, -1) not in told
        for index in range(len(trace.messages))
    )


@dataclass
class _Descriptions:
    """Session descriptions seen so far, to show only what a new one changes."""

    sent: dict[tuple[int, int, str], Sdp] = field(default_factory=dict)
    came: dict[tuple[int, bool], Sdp] = field(default_factory=dict)

    def words(self, message: Message, source: int, target: int) -> str:
        """What changed since this sender's last description in the dialog, or since the one it forwards."""
        now = message.sdp
        if now is None:
            return ""
        asks = message.reading.is_request
        before = self.sent.get((source, target, message.call_id)) or self.came.get((source, asks))
        self.sent[source, target, message.call_id] = now
        self.came[target, asks] = now
        return sdp_label(now, before, asks=asks)


def _message_rows(trace: Trace, shown: list[int], columns: Columns, options: Options) -> Iterator[Row]:
    answered = answered_challenges(trace.messages)
    evidence = {trace.repeats.get(index, index) for index in options.evidence} | set(options.evidence)
    seen = _Descriptions()
    for index in shown:
        message = trace.messages[index]
        source, target = columns.column(message.source), columns.column(message.destination)
        again = index in trace.repeats
        label = label_of(message) + (" again" if again else "")
        count = 1 + (trace.retransmissions.get(index, 0) if options.repeats == Repeats.FOLDED else 0)
        line = DIALOGS[trace.dialogs[index] % len(DIALOGS)]
        yield Row(
            RowKind.MESSAGE,
            message.time_us,
            index,
            source,
            target,
            label + (" SDP" if message.sdp else ""),
            "muted" if again else role_of(message, answered),
            line,
            count,
            again,
            index in evidence,
        )
        if not again and (words := seen.words(message, source, target)):
            yield Row(RowKind.SDP, message.time_us, index, source, target, words, "muted")


def _stream_rows(trace: Trace, columns: Columns, options: Options) -> Iterator[Row]:
    if not options.streams:
        return
    kept = [s for s in enumerate(trace.streams) if options.side is None or belongs(columns, s[1])]
    for index, stream in kept:
        source, target = columns.media_column(stream.source), columns.media_column(stream.destination)
        role = stream_role(stream)
        yield Row(
            RowKind.STREAM,
            stream.first_us,
            index,
            source,
            target,
            stream_label(stream),
            role,
            role,
            short=short_stream_label(stream),
        )


def _with_gaps(rows: list[Row]) -> Iterator[Row]:
    last = rows[0].time_us if rows else 0
    for row in rows:
        passed = row.time_us - last
        if passed >= GAP_US:
            yield Row(RowKind.GAP, last, -1, 0, 0, duration_label(passed), "muted", gap_us=passed)
        yield row
        last = row.time_us


def _rows_of(trace: Trace, rows: tuple[Row, ...]) -> dict[int, int]:
    found = {row.index: number for number, row in enumerate(rows) if row.kind == RowKind.MESSAGE}
    for index, first in trace.repeats.items():
        if first in found:
            found.setdefault(index, found[first])
    return found


def side_label(side: Side | None) -> str:
    """Text that says which legs are shown."""
    return "both legs" if side is None else f"{side.value} leg only"
