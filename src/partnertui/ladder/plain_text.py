"""A ladder as plain text: for tickets, files and standard output."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from partnertui.calls.diagnosis.verdict import Diagnosis
from partnertui.calls.replaced_calls import related_calls
from partnertui.calls.trace_model import Trace
from partnertui.domain.safe_text import one_line
from partnertui.domain.symbols import UNICODE, Symbols
from partnertui.ladder.column_positions import fit_all
from partnertui.ladder.ladder_rows import layout, side_label
from partnertui.ladder.lines import heading, render_row
from partnertui.ladder.model import Ladder, Options
from partnertui.ladder.time_column import Clock, clock_text, moment, time_width, times_of


def ladder_text(
    trace: Trace,
    names: Mapping[str, str] | None = None,
    options: Options | None = None,
    *,
    width: int = 120,
    judgement: Diagnosis | None = None,
    clock: Clock = Clock.SINCE_START,
    symbols: Symbols = UNICODE,
) -> str:
    """The parties, the verdict and the ladder, ending with a newline; wider than `width` only for many hosts."""
    options = with_evidence(options or Options(), judgement)
    ladder = layout(trace, names, options)
    lines = [*summary(trace, ladder, options), *verdict_lines(judgement, width), ""]
    if not ladder.rows:
        return "\n".join([*lines, "No messages to show."]) + "\n"
    times = times_of(ladder, clock)
    grid = fit_all(len(ladder.participants), width, time_width(times))
    lines += ["".join(text for text, _ in line) for line in heading(grid, ladder.participants, symbols, clock.value)]
    for row, time in zip(ladder.rows, times, strict=True):
        lines.append("".join(text for text, _ in render_row(grid, row, time, symbols)))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def with_evidence(options: Options, judgement: Diagnosis | None) -> Options:
    """The options with the messages marked that the verdict rests on."""
    if judgement is None or options.evidence:
        return options
    kept = (options.side, options.repeats, options.keep_alives, options.only_sdp, options.streams)
    return Options(*kept, judgement.verdict.evidence)


def call_title(trace: Trace) -> str:
    """The parties: `1001 calls 1002`, `1003 registers`, `OPTIONS from a to b`."""
    if not trace.messages:
        return "no message"
    reading = trace.first.reading
    one, other = (one_line(user, 60) or "somebody" for user in (reading.from_user, reading.to_user))
    if reading.method == "INVITE":
        return f"{one} calls {other}"
    # To is who is registered; From may be somebody who registers for others (RFC 3261, section 10.2).
    if reading.method == "REGISTER":
        return f"{other} registers"
    return f"{one_line(reading.start, 40)} from {one} to {other}"


def summary(trace: Trace, ladder: Ladder, options: Options) -> list[str]:
    """The parties, the time, the number of messages, and what isn't shown."""
    if not trace.messages:
        return ["No messages."]
    start = moment(trace.start_us)
    when = f"{start:%Y-%m-%d} {clock_text(trace.start_us)} {start:%Z}".rstrip()
    count = len(trace.messages) - len(trace.copies)
    counted = "1 message" if count == 1 else f"{count} messages"
    facts = [f"{call_title(trace)}, {when}", counted]
    if options.side is not None:
        facts.append(side_label(options.side))
    if ladder.hidden:
        facts.append(f"{ladder.hidden} hidden")
    lines = [", ".join(facts), "Call-ID " + ", ".join(one_line(call_id, 128) for call_id in trace.call_ids)]
    if trace.guessed:
        lines.append(f"These legs were matched by best guess: {one_line(trace.joined_by)}.")
    related = related_calls(trace)
    if related:
        lines.append("Related calls: " + ", ".join(f"{one_line(one, 128)} ({how})" for one, how in related.items()))
    return [*lines, *(f"Note: {one_line(words).rstrip('.')}." for words in trace.missing)]


def verdict_lines(judgement: Diagnosis | None, width: int) -> list[str]:
    """The verdict, how sure, the advice, what was captured, what is known from elsewhere, and other findings."""
    if judgement is None:
        return []
    verdict = judgement.verdict
    words = [f"{one_line(verdict.text, 600)} ({verdict.confidence.value}, {verdict.code.value})"]
    words += [one_line(verdict.advice, 600)] if verdict.advice else []
    if verdict.would_settle:
        words.append(f"Needed to be certain: {one_line(verdict.would_settle, 300)}.")
    if judgement.coverage is not None:
        words += [one_line(sentence, 400) for sentence in judgement.coverage.lines]
    words += [one_line(sentence, 400) for sentence in judgement.known if sentence not in verdict.text]
    words += [f"Also {other.confidence.value}: {one_line(other.text, 600)}" for other in judgement.also]
    return [line for text in words for line in wrap(text, max(40, width))]
