"""The dialog of a SIP test: live, for one phone or for many."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from partnertui.kit.desk import Desk
from partnertui.kit.jobs import Job
from partnertui.kit.kinds import Row
from partnertui.kit.records.body import RecordBody
from partnertui.kit.records.lines import BLANK, Line, field_lines, title_line, wrapped
from partnertui.kit.safe_content import plain
from partnertui.kit.safe_text import one_line
from partnertui.kit.table.paint import fit
from partnertui.probes.events import Answered
from partnertui.screens.sip_locations.testing import Probe, event_words, run

AT_ONCE = 10
"""Phones tested at the same time."""


class SipTest(ModalScreen[Any]):
    """Sends OPTIONS in the background and shows what happens; Esc cancels, r repeats."""

    DEFAULT_CSS = """
    SipTest { align: center middle; background: transparent; }
    SipTest > Vertical { width: 92%; max-width: 100; height: 80%; border: round $role-border-focus; padding: 0 1;
        border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    """

    def __init__(self, desk: Desk, rows: Sequence[Row]) -> None:
        super().__init__()
        self.desk, self.rows = desk, tuple(rows)
        self.probes: list[Probe] = []
        self.job: Job | None = None
        self.body = RecordBody(desk)

    def compose(self) -> ComposeResult:
        """Lines in a box."""
        with Vertical() as box:
            one = self.rows[0]["aor"] if len(self.rows) == 1 else f"{len(self.rows)} phones"
            box.border_title = plain(f"SIP test: {one}")
            box.border_subtitle = "r again  y copies  Esc closes"
            yield self.body

    def on_mount(self) -> None:
        """Begins."""
        self.body.focus()
        self.begin()

    def begin(self) -> None:
        """Tests all phones anew, as one job."""
        if self.job is not None:
            self.job.cancel()
        self.probes = [Probe(row) for row in self.rows]
        title = f"SIP test of {one_line(self.rows[0]['aor'])}" if len(self.rows) == 1 else "SIP tests"
        self.job = self.desk.jobs.probe(title, self._test)
        self.paint()

    async def _test(self, job: Job) -> None:
        gate = asyncio.Semaphore(AT_ONCE)
        ended = 0

        async def one(probe: Probe) -> None:
            nonlocal ended
            async with gate:
                await run(probe, self.desk.settings.sip_test, self.paint)
            ended += 1
            job.progress(ended, len(self.probes))

        await asyncio.gather(*(one(probe) for probe in self.probes))

    def paint(self) -> None:
        """Shows how it stands."""
        if self.is_attached and self.body.size.width:
            width = max(20, self.body.size.width - 2)
            lines = self.one(self.probes[0], width) if len(self.probes) == 1 else self.many(width)
            self.body.show(lines, ())

    def many(self, width: int) -> list[Line]:
        """A line a phone, the dead and the slow on top."""
        wanted = max(cell_len(one_line(probe.row["aor"])) for probe in self.probes)
        names, lines, mark = min(wanted, width // 2), [], self.desk.glyphs.cut
        for probe in sorted(self.probes, key=lambda probe: probe.rank):
            aor, words = one_line(probe.row["aor"]), one_line(probe.words)
            name, text = (fit(part, room, "left", mark) for part, room in ((aor, names), (words, width - names - 2)))
            lines.append(Line(((f"{name}  ", ""), (text, probe.role)), copy=f"{aor} {words}"))
        return lines

    def one(self, probe: Probe, width: int) -> list[Line]:
        """Where it went, what happened, what it means, what the phone says of itself."""
        rule = self.desk.glyphs.line
        lines = [title_line("Way", width, rule)]
        if probe.target is not None:
            lines += field_lines("Request", f"OPTIONS {probe.target.request_uri}", "", width)
            lines += field_lines("Not sent" if probe.refused else "Sent", probe.target.words, "", width)
        lines += [BLANK, title_line("What happened", width, rule)]
        for event in probe.events:
            when, what, role = event_words(event)
            lines.append(Line(((f"{when:>9}  ", "muted"), (what, role)), copy=f"{when} {what}"))
        lines += [BLANK, title_line("What it means", width, rule), *wrapped(probe.words, width, probe.role)]
        if probe.meaning is not None:
            lines += [*wrapped(probe.meaning.meaning, width), *wrapped(probe.meaning.advice, width, "muted")]
        last = probe.events[-1] if probe.events else None
        if isinstance(last, Answered):
            lines += [BLANK, title_line("The phone says", width, rule)]
            for label, value in (
                ("User-Agent", last.user_agent),
                ("Server", last.server),
                ("Allow", ", ".join(last.allow)),
            ):
                lines += field_lines(label, value, "", width) if value else []
        return lines

    def on_record_body_resized(self, event: Any) -> None:
        """Makes the lines for the width."""
        self.paint()

    def on_key(self, event: events.Key) -> None:
        """r repeats, y copies, Esc cancels and closes."""
        if event.key in {"escape", "q"}:
            event.stop()
            if self.job is not None:
                self.job.cancel()
            self.dismiss(None)
        elif event.key in {"r", "t"}:
            self.begin()
        elif event.key == "y":
            self.desk.copy("\n".join(line.copy for line in self.body.sides[0] if line.copy), "the test")
