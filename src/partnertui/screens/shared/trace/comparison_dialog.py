"""Compares two messages or two calls in a wide dialog: side by side if there's room, otherwise one below the other."""

from __future__ import annotations

from rich.cells import cell_len

from partnertui.calls.call_comparison import Difference, differences
from partnertui.calls.trace_model import Message, Trace
from partnertui.domain.symbols import Symbols
from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.styled_line import BLANK, Line, Piece
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.ladder.column_positions import Grid, fit
from partnertui.ladder.lines import heading, render_row
from partnertui.ladder.model import Ladder
from partnertui.ladder.plain_text import call_title
from partnertui.ladder.time_column import clock_text, moment, span_text
from partnertui.screens.shared.trace.differences import (
    MOST,
    Pair,
    Step,
    StepPair,
    call_pairs,
    message_pairs,
    step_text,
)
from partnertui.screens.shared.trace.message_lines import wrap_pieces
from partnertui.screens.shared.trace.trace_view import TraceView

SIDE_BY_SIDE = 96
"""Cells of the dialog from which two messages are shown side by side."""
TIME = 11
FACT = 22
NOT_SEEN = "not seen"


class WideBox(LinesDialog):
    """A dialog that uses the full width."""

    DEFAULT_CSS = """
    WideBox { align: center middle; background: transparent; }
    WideBox > Vertical { width: 98%; max-width: 240; height: 96%; max-height: 96%; border: round $role-border-focus;
        border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; padding: 0 1; }
    """


def compare(view: TraceView) -> None:
    """The marked message with the one under the cursor; where none is marked, the call with another open one."""
    from partnertui.screens.shared.trace.trace_view import TraceView  # the view opens this dialog

    services, trace, current, marked = view.services, view.trace, view.current, view.ladder.marked
    if trace is None:
        return
    if marked is not None and isinstance(current, Message) and current is not trace.messages[marked]:
        compare_messages(services, trace.messages[marked], current)
        return
    views = (other for other in services.open_views() if isinstance(other, TraceView) and other is not view)
    others = [other.trace for other in views if other.trace is not None]
    if not others:
        text = "Mark a message with {key:trace.toggle}, then press {key:trace.compare} on another; "
        services.notify(text + "or mark two calls in the list and press {key:trace.compare} there.", "warn")
    elif len(others) == 1:
        compare_calls(services, trace, others[0])
    else:
        items = [Item(other, call_title(other), clock_text(other.start_us)) for other in others]
        picker = Picker(services, "Compare with which call?", items)
        services.show_dialog(picker, lambda other: compare_calls(services, trace, other))


def compare_messages(services: Services, one: Message, other: Message) -> None:
    """Show two messages with their differences highlighted."""
    pairs = list(message_pairs(one, other))
    title = f"{one.reading.start} {clock_text(one.time_us)} and {other.reading.start} {clock_text(other.time_us)}"
    services.show_dialog(WideBox(services, title, lambda width: message_box(pairs, width)))


def message_box(pairs: list[Pair], width: int) -> list[Line]:
    """The lines of the dialog for a width in cells."""
    if width < SIDE_BY_SIDE:
        return _unified(pairs, width)
    half = (width - 3) // 2
    lines = []
    for pair in pairs:
        left = list(wrap_pieces(pair.left, half - 2)) if pair.left else []
        right = list(wrap_pieces(pair.right, half)) if pair.right else []
        for number in range(max(len(left), len(right))):
            one = left[number] if number < len(left) else []
            other = right[number] if number < len(right) else []
            lines.append(_beside(one, other, half, " " if pair.same else "!"))
    return lines


def _beside(left: list[Piece], right: list[Piece], half: int, sign: str) -> Line:
    used = sum(cell_len(text) for text, _ in left)
    gap = " " * max(1, half - used)
    text = "".join(text for text, _ in left)
    return Line((*left, (gap, ""), (f"{sign} ", "warn"), *right), copy=f"{text}\t{''.join(text for text, _ in right)}")


def _unified(pairs: list[Pair], width: int) -> list[Line]:
    lines = []
    for pair in pairs:
        sides = [(" ", pair.left)] if pair.same else [("-", pair.left), ("+", pair.right)]
        for sign, pieces in sides:
            for line in wrap_pieces(pieces, width - 2) if pieces is not None else ():
                role = {"-": "bad", "+": "good"}.get(sign, "muted")
                lines.append(Line(((f"{sign} ", role), *line), copy=sign + " " + "".join(text for text, _ in line)))
    return lines


def compare_calls(services: Services, one: Trace, other: Trace) -> None:
    """Show two calls side by side, aligned by their messages; what only one of them has is marked."""
    if not one.messages or not other.messages:
        services.notify("One of the two calls has no messages, so there is nothing to compare.", "warn")
        return
    if one.messages == other.messages:
        services.notify(
            "These are legs of the same call; its ladder shows both. Mark another call to compare with.", "warn"
        )
        return
    left, right, pairs = call_pairs(one, other)
    facts = differences(one, other)
    symbols = services.symbols
    title = " / ".join(f"{call_title(trace)}, {moment(trace.start_us):%Y-%m-%d %H:%M:%S}" for trace in (one, other))

    def lines(width: int) -> list[Line]:
        return [*fact_lines(facts, width, symbols), *call_box(left, right, pairs, width, symbols)]

    services.show_dialog(WideBox(services, title, lines))


def fact_lines(facts: list[Difference], width: int, symbols: Symbols) -> list[Line]:
    """What differs in words: a line for each fact, the first call's text before the second's."""
    if not facts:
        return [title_line("No differences in parties, devices, codecs, audio or result", width, symbols.line), BLANK]
    lines = [title_line("What differs", width, symbols.line)]
    room = max(10, (width - FACT - 4) // 2)
    for fact in facts:
        left = wrapped(fact.one or NOT_SEEN, room, "good")
        right = wrapped(fact.other or NOT_SEEN, room, "warn")
        for number in range(max(len(left), len(right))):
            label = fact.label if number == 0 else ""
            one = left[number].pieces[0][0] if number < len(left) else ""
            yours = right[number].pieces if number < len(right) else (("", ""),)
            copy = f"{fact.label}: {fact.one or NOT_SEEN} / {fact.other or NOT_SEEN}" if number == 0 else ""
            gap = " " * max(0, room - cell_len(one))
            lines.append(Line(((f"{label:{FACT}} ", "key"), (one + gap, "value"), ("  ", ""), *yours), copy=copy))
    return [*lines, BLANK]


def call_box(left: Ladder, right: Ladder, pairs: list[StepPair], width: int, symbols: Symbols) -> list[Line]:
    """Two ladders if both fit, otherwise one line of text per message."""
    differ = sum(not pair.same for pair in pairs)
    words = "All messages match." if not differ else f"{differ} of {len(pairs)} differ"
    words += f" (the first {MOST} of each were compared)" if len(pairs) >= MOST else ""
    lines = [title_line(words, width, symbols.line)]
    half = (width - 2) // 2
    grids = [fit(len(ladder.participants), half, TIME) for ladder in (left, right)]
    if any(len(grid.centres) < len(ladder.participants) for grid, ladder in zip(grids, (left, right), strict=True)):
        return [*lines, *_words(left, right, pairs, symbols)]
    for one, other in zip(
        heading(grids[0], left.participants, symbols), heading(grids[1], right.participants, symbols), strict=True
    ):
        lines.append(Line((*one, ("  ", "header"), *other)))
    for pair in pairs:
        mark = (" " if pair.same else "!", "warn")
        mine, yours = _drawn(pair.left, grids[0], left, symbols), _drawn(pair.right, grids[1], right, symbols)
        copy = f"{''.join(text for text, _ in mine)}\t{''.join(text for text, _ in yours)}"
        lines.append(Line((*mine, mark, (" ", ""), *yours), copy=copy))
        if pair.other_media and pair.left is not None and pair.right is not None:
            lines += _sdp_lines((pair.left.sdp, pair.right.sdp), half)
    return lines


def _drawn(step: Step | None, grid: Grid, ladder: Ladder, symbols: Symbols) -> list[Piece]:
    """A message as half of a line; blank if this call has none."""
    if step is None:
        return [(" " * grid.width, "")]
    return render_row(grid, step.row, span_text(step.row.time_us - ladder.start_us), symbols)


def _sdp_lines(sdp: tuple[str, str], half: int) -> list[Line]:
    left, right = (list(wrap_pieces([(text, "warn")], half - TIME - 4)) if text else [] for text in sdp)
    lines = []
    for number in range(max(len(left), len(right))):
        one = "".join(text for text, _ in left[number]) if number < len(left) else ""
        other = "".join(text for text, _ in right[number]) if number < len(right) else ""
        pad = " " * (TIME + 3)
        lines.append(Line(((pad + one + " " * max(1, half - len(pad) - cell_len(one)), "warn"), (pad + other, "warn"))))
    return lines


def _words(left: Ladder, right: Ladder, pairs: list[StepPair], symbols: Symbols) -> list[Line]:
    """One line per message: in both calls, only in the first (-) or only in the second (+)."""
    lines: list[Line] = []
    later: list[Line] = []
    for pair in pairs:
        if pair.matched:
            lines += later
            later = []
        one = ("", " ") if pair.same else ("warn", "!") if pair.matched else ("bad", "-")
        other = ("warn", "!") if pair.matched else ("good", "+")
        if pair.left is not None:
            lines.append(_word_line(pair.left, left, one, symbols))
        if pair.right is not None and not pair.same:
            line = _word_line(pair.right, right, other, symbols)
            (lines if pair.matched else later).append(line)
    return [*lines, *later]


def _word_line(step: Step, ladder: Ladder, look: tuple[str, str], symbols: Symbols) -> Line:
    role, sign = look
    sdp = f", {step.sdp}" if step.sdp and role else ""
    text = f"{sign} {step_text(step, ladder, symbols.right)}{sdp}"
    return Line(((text, role),), copy=text)
