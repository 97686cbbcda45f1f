"""Text of a registration time line: a summary first, then one line for each event."""

from __future__ import annotations

from pathlib import Path

from partnertui.calls.registration_timeline import EventKind, RegistrationEvent, RegistrationTimeline
from partnertui.db.hep.stored_messages import ORIGIN as HEP_ORIGIN
from partnertui.db.kamailio.sip_trace import ORIGIN as TRACE_ORIGIN
from partnertui.domain.duration_text import short_duration
from partnertui.domain.symbols import Symbols
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.ladder.time_column import moment
from partnertui.screens.shared.registration_timeline.sources import FoundTimelines

ROLES = {
    EventKind.REGISTERED: "good",
    EventKind.REFRESHED: "muted",
    EventKind.MOVED: "warn",
    EventKind.EXPIRED: "bad",
    EventKind.REMOVED: "bad",
    EventKind.REFUSED: "bad",
    EventKind.WRONG_PASSWORD: "bad",
    EventKind.NO_ANSWER: "bad",
}
BEFORE_DETAIL = {EventKind.REFUSED: ": ", EventKind.WRONG_PASSWORD: ": ", EventKind.REMOVED: " "}
"""What is between an event and its detail; a comma for all others."""
TABLES = (TRACE_ORIGIN, HEP_ORIGIN)
"""Origins whose numbers are IDs of rows and not frames of a capture."""
WHEN = 20


def timeline_lines(found: FoundTimelines, width: int, symbols: Symbols) -> list[Line]:
    """All phones, one below the other, and where it was looked."""
    lines: list[Line] = []
    for timeline in found.timelines:
        lines += [title_line(timeline.device or "Unnamed phone", width, symbols.line)]
        lines += wrapped(summary(timeline), width - 1, "value")
        for event in timeline.events:
            lines += _event_lines(event, width)
        lines.append(BLANK)
    lines.append(title_line("Sources searched", width, symbols.line))
    for sentence in found.looked:
        lines += wrapped(sentence, width - 1, "muted")
    return lines


def summary(timeline: RegistrationTimeline) -> str:
    """What it adds up to, in a sentence."""
    at = f"{moment(timeline.until_us):%Y-%m-%d %H:%M:%S}"
    state = "Registered" if timeline.is_registered else "Not registered"
    parts = [f"{state} as of {at}, the latest time examined."]
    losses = sum(event.is_loss for event in timeline.events)
    if losses:
        back = f"restored {times(timeline.flaps)}" if timeline.flaps else "not restored since"
        parts.append(f"The registration was lost {times(losses)} and {back}.")
    if timeline.address_changes:
        parts.append(f"Its address changed {times(timeline.address_changes)}.")
    failed = sum(
        event.kind in (EventKind.REFUSED, EventKind.WRONG_PASSWORD, EventKind.NO_ANSWER) for event in timeline.events
    )
    if failed:
        parts.append(f"{failed:,} attempts failed." if failed > 1 else "1 attempt failed.")
    if not (losses or timeline.address_changes or failed):
        parts.append("Nothing else happened: no loss, no failed attempts, one address.")
    return " ".join(parts)


def times(count: int) -> str:
    """`once`, `twice`, `5 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _event_lines(event: RegistrationEvent, width: int) -> list[Line]:
    when = f"{moment(event.time_us):%Y-%m-%d %H:%M:%S}"
    text = event.kind.value
    if event.count > 1:
        step = (event.last_us - event.time_us) / 1e6 / (event.count - 1)
        text += f" {times(event.count)} until {moment(event.last_us):%H:%M:%S}, every {short_duration(step)} on average"
    if event.detail:
        text += BEFORE_DETAIL.get(event.kind, ", ") + event.detail
    if event.address:
        text += f", {event.address}"
    if event.seconds:
        text += f", for {event.seconds:,} s"
    if event.frame and event.origin:
        text += f"; {Path(event.origin).name}" + (f" frame {event.frame}" if event.origin not in TABLES else "")
    first, *rest = wrapped(one_line(text, 400), width - WHEN - 1, ROLES[event.kind])
    head = Line(((f"{when} ", "key"), *first.pieces), copy=f"{when} {one_line(text, 400)}")
    return [head, *(Line(((" " * WHEN, ""), *line.pieces)) for line in rest)]
