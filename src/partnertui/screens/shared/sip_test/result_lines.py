"""Text of a SIP test: one phone in full, many phones as a list, or the messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len

from partnertui.domain.symbols import Symbols
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import block, one_line
from partnertui.kit.widgets.record_lines import field_lines, title_line, wrapped
from partnertui.kit.widgets.table.painter import fit
from partnertui.probes.sip_options.destination import bracketed
from partnertui.probes.sip_options.events import Answered, DestinationChosen, Event, TimedOut
from partnertui.probes.sip_options.sip_test import ANSWERED, NO_ANSWER, NOT_TESTED, SipProbe
from partnertui.screens.shared.sip_test.event_text import event_words

TIME, STATE = 9, 12
"""Cells of a time and of a state."""
NEVER = 1e9
RANKS = {"bad": 0, "warn": 1, "muted": 2}
COUNTED = ((ANSWERED, "good"), (NO_ANSWER, "bad"), (NOT_TESTED, "warn"), ("", "muted"))
"""The states in the order of the summary, with their colour roles."""


def rank(probe: SipProbe) -> tuple[int, float, str]:
    """Sort key: phones without a response first, then slow ones."""
    return RANKS.get(probe.role, 3), -(NEVER if probe.milliseconds is None else probe.milliseconds), probe.name


def one_phone(probe: SipProbe, width: int, symbols: Symbols) -> list[Line]:
    """Interpretation, route, events, and what the phone reports."""
    rule = symbols.line
    lines = [title_line("What it means", width, rule), *wrapped(probe.words, width, probe.role)]
    if probe.meaning is not None:
        lines += [*wrapped(probe.meaning.meaning, width), *wrapped(probe.meaning.advice, width, "muted")]
    lines += [BLANK, title_line("Route", width, rule), *_way(probe, width)]
    if probe.events:
        lines += [BLANK, title_line("What happened", width, rule)]
        lines += [_happened(*event_words(event), width) for event in probe.events if not _said(probe, event)]
    if isinstance(probe.end, Answered):
        said = (
            ("User-Agent", probe.end.user_agent),
            ("Server", probe.end.server),
            ("Allow", ", ".join(probe.end.allow)),
            ("Warning", probe.end.warning),
        )
        lines += [BLANK, title_line("Reported by the phone", width, rule)]
        lines += [line for label, value in said if value for line in field_lines(label, value, "", width)]
    return lines


def _said(probe: SipProbe, event: Event) -> bool:
    """Whether an event would only repeat others: the only destination, or the end of a series."""
    only_place = isinstance(event, DestinationChosen) and event.destinations == 1
    return only_place or (bool(probe.statistics.results) and isinstance(event, Answered | TimedOut))


def _way(probe: SipProbe, width: int) -> list[Line]:
    if probe.target is None:
        return []
    lines = field_lines("Request", f"OPTIONS {probe.target.request_uri}", "", width)
    by = f", over {probe.destination.transport.upper()}" if probe.destination is not None else ""
    lines += field_lines("Not sent" if probe.refused else "Sent", probe.target.words + by, "", width)
    for step in probe.resolution.steps if probe.resolution is not None else ():
        lines += field_lines("DNS", step, "", width)
    if probe.destination is not None and probe.resolution is not None and probe.resolution.steps:
        lines += field_lines("Address", probe.destination.words, "", width)
    return lines


def _happened(when: str, what: str, role: str, width: int) -> Line:
    text = fit(what, max(8, width - TIME - 2), "left", "…").rstrip()
    return Line(((f"{when:>{TIME}}  ", "muted"), (text, role)), copy=f"{when} {what}".strip())


def summary(probes: Sequence[SipProbe]) -> Line:
    """How many are in each state."""
    pieces: list[tuple[str, str]] = []
    for state, role in COUNTED:
        number = sum(probe.state == state for probe in probes)
        if number:
            pieces.append((f"{'   ' if pieces else ''}{number} {state or 'waiting'}", role))
    return Line(tuple(pieces))


def many_phones(probes: Sequence[SipProbe], width: int, symbols: Symbols) -> list[Line]:
    """A line per phone in the given order: AOR, name, response time, loss of a series, state, and what it means."""
    names = [one_line(probe.name) for probe in probes]
    room = max(16, width // 3)
    domains = {name.partition("@")[2] for name in names}
    if len(domains) == 1 and max(map(cell_len, names)) > room:  # what all of them share says nothing
        names = [name.partition("@")[0] for name in names]
    room = min(max(map(cell_len, names)), room)
    users = min(max(cell_len(one_line(probe.user)) for probe in probes), max(0, width // 4 - 4))
    return [
        _phone(probe, fit(name, room, "left", symbols.cut), users, width, symbols.cut)
        for probe, name in zip(probes, names, strict=True)
    ]


def _phone(probe: SipProbe, name: str, users: int, width: int, cut: str) -> Line:
    user, words = one_line(probe.user), one_line(probe.words)
    took = "" if probe.milliseconds is None else f"{probe.milliseconds:.0f} ms"
    lost = f"{probe.statistics.loss:.0f}% lost" if probe.statistics.results else ""
    who = f"{name}  " + (f"{fit(user, users, 'left', cut)}  " if users else "")
    columns = f"{took:>8}  " + (f"{lost:>10}  " if lost else "")
    state = f"{probe.state or 'waiting':<{STATE}}"
    text = fit(words, max(8, width - cell_len(who) - len(columns) - STATE), "left", cut).rstrip()
    pieces = ((who, ""), (columns, "value"), (state, probe.role), (text, probe.role))
    copied = " ".join(filter(None, (one_line(probe.name), user, took, lost, probe.state, words)))
    return Line(pieces, copy=copied, name=probe.name)


def messages(probe: SipProbe, width: int, symbols: Symbols) -> list[Line]:
    """Every message with time, ends and transport."""
    if not probe.exchanged:
        return wrapped("Nothing was sent, so there is no message to read.", width, "muted")
    lines: list[Line] = []
    for one in probe.exchanged:
        at = datetime.fromtimestamp(one.time_us / 1_000_000).astimezone()
        (source_host, here_port), (there, there_port) = one.source, one.destination
        ends = f"{bracketed(source_host)}:{here_port} to {bracketed(there)}:{there_port}"
        heading = f"{at:%H:%M:%S}.{one.time_us // 1000 % 1000:03} {one.transport.upper()} {ends}"
        lines += [title_line(heading, width, symbols.line), *_text(one.data, width), BLANK]
    return lines


def _text(data: bytes, width: int) -> list[Line]:
    found: list[Line] = []
    for line in block(data.decode("utf-8", "replace")).rstrip("\n").split("\n"):
        found += wrapped(line, width) or [BLANK]
    return found
