"""The verdict in words: short above the ladder, in full in a box with the messages that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from rich.cells import cell_len

from partnertui.calls.diagnosis.verdict import Code, Confidence, Diagnosis, Verdict
from partnertui.calls.model import Trace
from partnertui.kit.shell.services import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.styled_lines import BLANK, Line, title_line, wrapped
from partnertui.ladder.symbols import middle
from partnertui.ladder.times import span_text
from partnertui.ladder.words import label_of

MOST_TOP = 2
"""Lines that the verdict may have above the ladder."""
SURE = {
    Confidence.CERTAIN: "certain",
    Confidence.LIKELY: "likely, not certain",
    Confidence.POSSIBLE: "possible, a hint only",
}
ROLES = {
    Code.OK: "good",
    Code.NO_ANSWER: "warn",
    Code.BUSY: "warn",
    Code.CANCELLED: "warn",
    Code.DIVERTED: "info",
    Code.REJECTED: "warn",
    Code.UNKNOWN: "warn",
}
"""Colours of verdicts; what is not here is bad."""


def verdict_role(verdict: Verdict) -> str:
    """The colour of a verdict."""
    return ROLES.get(verdict.code, "bad")


def top_lines(judgement: Diagnosis, width: int, cut: str) -> tuple[list[str], list[str]]:
    """One or two lines: what happened, how sure that is, how much else was found; then what to do, in one."""
    verdict, also = judgement.verdict, len(judgement.also)
    told = f" ({verdict.confidence.value}{f'; {also} more: v' if also else ''})"
    advice = one_line(verdict.advice, 600)
    advice = advice if len(advice) <= width else advice[: width - 5].rstrip() + cut + " (v)"
    lines = wrap(one_line(verdict.text, 600) + told, max(20, width)) or [""]
    if len(lines) > MOST_TOP:
        room = max(10, width - len(told) - 1)
        rest = " ".join(lines[MOST_TOP - 1 :]).removesuffix(told.strip()).strip()
        lines = [*lines[: MOST_TOP - 1], (rest if len(rest) <= room else rest[: room - 1].rstrip() + cut) + told]
    return lines, [advice] if advice else []


def verdict_lines(
    trace: Trace, judgement: Diagnosis, width: int, rule: str, between: Callable[[int], str]
) -> list[Line]:
    """The verdict, what to do, what it rests on, and the others; `between` whom a message went, by its place."""
    lines = [title_line("Verdict", width, rule), *_verdict(trace, judgement.verdict, width, between)]
    for other in judgement.also:
        lines += [BLANK, title_line("Also found", width, rule), *_verdict(trace, other, width, between)]
    if trace.guessed:
        words = f"That these legs belong together is a guess by {one_line(trace.joined_by)}."
        lines += [BLANK, *wrapped(words, width, "warn")]
    for words in trace.missing:
        lines += [BLANK, *wrapped(one_line(words, 400), width, "muted")]
    return lines


def _verdict(trace: Trace, verdict: Verdict, width: int, between: Callable[[int], str]) -> list[Line]:
    lines = wrapped(one_line(verdict.text, 1000), width, verdict_role(verdict))
    lines += wrapped(f"{SURE[verdict.confidence].capitalize()} ({verdict.code.value}).", width, "muted")
    if verdict.advice:
        lines += [BLANK, *wrapped(one_line(verdict.advice, 1000), width)]
    if verdict.evidence:
        lines += [BLANK, Line((("It rests on (Enter goes there):", "key"),))]
    for place in verdict.evidence:
        if 0 <= place < len(trace.messages):
            message = trace.messages[place]
            words = f"{span_text(message.time_us - trace.start_us):>10}  {label_of(message)}"
            way = one_line(between(place))
            short = middle(way, max(8, width - cell_len(words) - 2), "…")
            lines.append(Line(((f"{words}  ", "link"), (short, "muted")), Location("", place), f"{words} {way}"))
    return lines
