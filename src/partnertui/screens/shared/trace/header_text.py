"""The text above a ladder: caller and callee, time, what's hidden, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass

from partnertui.calls.trace_model import Side, Trace
from partnertui.domain.symbols import Symbols
from partnertui.kit.terminal.safe_text import one_line
from partnertui.ladder.labels import stream_role
from partnertui.ladder.ladder_rows import side_label
from partnertui.ladder.model import Options, Repeats
from partnertui.ladder.plain_text import call_title
from partnertui.ladder.time_column import clock_text, moment
from partnertui.screens.shared.trace.header_widget import HeaderContent, Run
from partnertui.screens.shared.trace.trace_analysis import Analysis
from partnertui.screens.shared.trace.verdict_lines import top_lines, verdict_role

ONE_LINE = 100
"""Cells in which most verdicts fit on one line; decides how many lines are reserved before there is one."""


@dataclass(frozen=True)
class HeaderState:
    """What the header is made of. `progress` is None unless a job is running."""

    title: str
    width: int
    analysis: Analysis | None
    options: Options
    position: tuple[int, int]
    """Number of the message under the cursor, and of all messages."""
    live: bool = False
    progress: str | None = None
    failed: bool = False
    cancelled: bool = False
    verdict_key: str = "V"
    """What shows the verdict in full, as printed on the keyboard."""


def header_content(state: HeaderState, symbols: Symbols) -> HeaderContent:
    """The title, the status at its right, and the lines below."""
    trace = state.analysis.trace if state.analysis is not None else None
    if trace is None or not trace.messages:
        reserved = 0 if state.progress is None else 2 if state.width >= ONE_LINE else 3
        return HeaderContent(((one_line(state.title), "title"),), (_state(state), "muted"), (("", ""),) * reserved)
    hidden = hidden_parts(state.options)
    parts = [*(["in progress"] if state.live else []), *hidden, _position(state)]
    status = (f" {symbols.dot} ".join(parts), "accent" if hidden else "muted")
    return HeaderContent(_title(trace), status, _verdict(state, trace, symbols))


def _title(trace: Trace) -> tuple[Run, ...]:
    when = f"  {moment(trace.start_us):%Y-%m-%d} {clock_text(trace.start_us)[:8]}"
    legs = len(trace.own_call_ids) if Side.DESTINATION in trace.sides else 1
    joined = f"  {legs} legs{', matched by best guess' if trace.guessed else ''}" if legs > 1 else ""
    if trace.others:
        joined += "  with the other calls in the transfer"
    return (call_title(trace), "title"), (when, "muted"), (joined, "warn" if trace.guessed else "muted")


def _verdict(state: HeaderState, trace: Trace, symbols: Symbols) -> tuple[Run, ...]:
    judgement = state.analysis.judgement if state.analysis is not None else None
    if judgement is None:
        return ()
    role = verdict_role(judgement.verdict)
    if role == "good" and any(stream_role(stream) == "bad" for stream in trace.streams):
        role = "warn"
    verdict, advice = top_lines(judgement, max(20, state.width - 2), symbols.cut, state.verdict_key)
    return *((line, role) for line in verdict), *((line, "") for line in advice)


def _state(state: HeaderState) -> str:
    if state.progress is not None:
        return "reading"
    if state.failed:
        return "not read"
    return "stopped" if state.cancelled else "no messages"


def _position(state: HeaderState) -> str:
    """The position of the cursor; while RTP and more messages are looked for, that's shown too."""
    number, total = state.position
    reading = "" if state.progress is None else f"{' '.join(filter(None, ('still reading', state.progress)))}, "
    return f"{reading}{number}/{total}"


def hidden_parts(options: Options) -> list[str]:
    """What's hidden from the ladder, one phrase each."""
    parts = [] if options.side is None else [side_label(options.side)]
    if options.repeats != Repeats.FOLDED:
        parts.append("retransmissions shown" if options.repeats == Repeats.SHOWN else "retransmissions hidden")
    parts += [] if options.keep_alives else ["no OPTIONS"]
    return [*parts, *(["SDP only"] if options.only_sdp else [])]
