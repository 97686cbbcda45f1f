"""The verdict as text: short above the ladder, in full in a dialog with its evidence."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from rich.cells import cell_len

from partnertui.calls.diagnosis.verdict import FINE, Code, Confidence, Diagnosis, Verdict
from partnertui.calls.trace_model import Trace
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.ladder.labels import label_of
from partnertui.ladder.text_cutting import middle
from partnertui.ladder.time_column import span_text

MAX_HEADER_LINES = 2
"""Most lines of the verdict above the ladder."""
CONFIDENCE_TEXT = {
    Confidence.CERTAIN: "certain",
    Confidence.LIKELY: "likely, but not certain",
    Confidence.POSSIBLE: "possible, but only a hint",
}
ROLES = {
    **dict.fromkeys(FINE, "good"),
    Code.ANSWERED_ELSEWHERE: "info",
    Code.DIVERTED: "info",
    **dict.fromkeys(
        (
            Code.NO_ANSWER,
            Code.BUSY,
            Code.CANCELLED,
            Code.REJECTED,
            Code.CALL_BLOCKED,
            Code.MAILBOX_UNKNOWN,
            Code.SUBSCRIPTION_REFUSED,
            Code.INCOMPLETE,
            Code.UNKNOWN,
        ),
        "warn",
    ),
}
"""Colour roles of verdicts; all others are bad."""


def verdict_role(verdict: Verdict) -> str:
    """The colour role of a verdict."""
    return ROLES.get(verdict.code, "bad")


def top_lines(judgement: Diagnosis, width: int, cut: str, key: str) -> tuple[list[str], list[str]]:
    """The verdict with its confidence in one or two lines, then the advice in one; `key` shows all of it."""
    verdict, also = judgement.verdict, len(judgement.also)
    confidence = f" ({verdict.confidence.value}{f'; {also} more: {key}' if also else ''})"
    advice = one_line(verdict.advice, 600)
    advice = advice if len(advice) <= width else advice[: width - 4 - len(key)].rstrip() + cut + f" ({key})"
    lines = wrap(one_line(verdict.text, 600) + confidence, max(20, width)) or [""]
    if len(lines) > MAX_HEADER_LINES:
        room = max(10, width - len(confidence) - 1)
        rest = " ".join(lines[MAX_HEADER_LINES - 1 :]).removesuffix(confidence.strip()).strip()
        lines = [
            *lines[: MAX_HEADER_LINES - 1],
            (rest if len(rest) <= room else rest[: room - 1].rstrip() + cut) + confidence,
        ]
    return lines, [advice] if advice else []


def verdict_lines(
    trace: Trace, judgement: Diagnosis, width: int, rule: str, between: Callable[[int], str]
) -> list[Line]:
    """The verdict, advice and evidence, and the other findings. `between` returns sender and recipient of a message."""
    lines = [title_line("Verdict", width, rule), *_verdict(trace, judgement.verdict, width, between)]
    for other in judgement.also:
        lines += [BLANK, title_line("Also found", width, rule), *_verdict(trace, other, width, between)]
    if trace.guessed:
        words = f"These legs were matched by best guess: {one_line(trace.joined_by)}."
        lines += [BLANK, *wrapped(words, width, "warn")]
    if judgement.known:
        lines += [BLANK, title_line("Other sources", width, rule)]
        for sentence in judgement.known:
            lines += wrapped(one_line(sentence, 400), width, "muted")
    if judgement.coverage is not None:
        lines += [BLANK, title_line("What was captured", width, rule)]
        for sentence in judgement.coverage.lines:
            lines += wrapped(one_line(sentence, 400), width, "muted")
    for words in trace.missing:
        lines += [BLANK, *wrapped(f"Note: {one_line(words, 400).rstrip('.')}.", width, "muted")]
    return lines


def _verdict(trace: Trace, verdict: Verdict, width: int, between: Callable[[int], str]) -> list[Line]:
    lines = wrapped(one_line(verdict.text, 1000), width, verdict_role(verdict))
    lines += wrapped(f"{CONFIDENCE_TEXT[verdict.confidence].capitalize()}.", width, "muted")
    if verdict.would_settle:
        lines += wrapped(f"Needed to be certain: {verdict.would_settle}.", width, "muted")
    if verdict.advice:
        lines += [BLANK, *wrapped(one_line(verdict.advice, 1000), width)]
    if verdict.evidence:
        lines += [BLANK, Line((("Evidence (each line leads to its message):", "key"),))]
    for index in verdict.evidence:
        if 0 <= index < len(trace.messages):
            message = trace.messages[index]
            words = f"{span_text(message.time_us - trace.start_us):>10}  {label_of(message)}"
            way = one_line(between(index))
            short = middle(way, max(8, width - cell_len(words) - 2), "…")
            lines.append(Line(((f"{words}  ", "link"), (short, "muted")), Location("", index), f"{words} {way}"))
    return lines
