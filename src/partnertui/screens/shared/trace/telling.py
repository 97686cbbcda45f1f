"""The words above a ladder: who called whom, when, what is hidden, the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.calls.model import Side
from partnertui.kit.terminal.safe_text import one_line
from partnertui.ladder.layout import side_label
from partnertui.ladder.model import Options, Repeats
from partnertui.ladder.text import who
from partnertui.ladder.times import clock_text, moment
from partnertui.ladder.words import stream_role
from partnertui.screens.shared.trace.top import Run
from partnertui.screens.shared.trace.verdict_lines import top_lines, verdict_role

if TYPE_CHECKING:
    from partnertui.screens.shared.trace.view import TraceView


ONE_LINE = 100
"""Cells in which most verdicts fit into one line: so many lines are kept free for it and its advice."""


def tell(view: TraceView) -> tuple[tuple[Run, ...], Run, tuple[Run, ...]]:
    """Title, what stands at its right, and the lines below."""
    trace, dot = view.trace, view.services.symbols.dot
    if trace is None:
        waits = (("", ""),) * (2 if view.room.width >= ONE_LINE else 3) if view.job is not None else ()
        return ((one_line(view.title), "title"),), (_state(view), "muted"), waits
    when = f"  {moment(trace.start_us):%Y-%m-%d} {clock_text(trace.start_us)[:8]}"
    legs = len(trace.call_ids) if Side.DESTINATION in trace.sides else 1
    joined = f"  {legs} legs{', joined by a guess' if trace.guessed else ''}" if legs > 1 else ""
    title = ((who(trace), "title"), (when, "muted"), (joined, "warn" if trace.guessed else "muted"))
    hidden = hidden_words(view.options)
    right = f" {dot} ".join([*(["still up"] if view.following.up else []), *hidden, _place(view)])
    judgement = view.study.judgement if view.study else None
    if judgement is None:
        return title, (right, "accent" if hidden else "muted"), ()
    role = verdict_role(judgement.verdict)
    if role == "good" and any(stream_role(stream) == "bad" for stream in trace.streams):
        role = "warn"
    words, advice = top_lines(judgement, max(20, view.room.width - 2), view.services.symbols.cut)
    lines = (*((line, role) for line in words), *((line, "") for line in advice))
    return title, (right, "accent" if hidden else "muted"), lines


def _state(view: TraceView) -> str:
    if view.job is not None:
        return "reading"
    if view.trouble is not None:
        return "not read"
    return "stopped" if view.cancelled else "no message"


def _place(view: TraceView) -> str:
    """The cursor's message of how many; while sound and more are looked for that is said."""
    ladder, row = view.ladder.ladder, view.ladder.row
    stops = sum(one.stops for one in ladder.rows)
    number = sum(one.stops for one in ladder.rows[: view.ladder.cursor + 1]) if row is not None else 0
    looking = f"{' '.join(filter(None, ('looking on', view.job.far)))}, " if view.job is not None else ""
    return f"{looking}{number}/{stops}"


def hidden_words(options: Options) -> list[str]:
    """What is not shown, in words."""
    words = [] if options.side is None else [side_label(options.side)]
    if options.repeats != Repeats.FOLDED:
        words.append("resent shown" if options.repeats == Repeats.SHOWN else "resent hidden")
    words += [] if options.keep_alives else ["no OPTIONS"]
    return [*words, *(["only SDP"] if options.only_sdp else [])]
