"""The dialog of a SIP test: live, for one phone or for many; Enter leads to one phone, then to its messages."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds import Row
from partnertui.kit.jobs import Job
from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.live_box import LiveBox
from partnertui.kit.widgets.styled_lines import BLANK, Line, wrapped
from partnertui.probes.options.sip_test import SipProbe, registered_phone, run_all
from partnertui.screens.shared.sip_test.limits import wait_for_leave
from partnertui.screens.shared.sip_test.lines import many_phones, messages, one_phone, rank, summary
from partnertui.screens.shared.sip_test.wishes import Choice

KEYS = "r again  s series  w way  T transport"
FOOTS = {
    "many": (f"{KEYS}  Enter one phone  y copy  Esc closes", f"{KEYS}  Enter open  y copy  Esc"),
    "one": (f"{KEYS}  Enter messages  l ladder  a attach  y copy  Esc", f"{KEYS}  l ladder  a attach  Esc"),
    "messages": ("l ladder  a attach  y copy  Esc back",) * 2,
}


class SipTest(LiveBox):
    """Sends OPTIONS in the background and shows what happens; Esc goes back, cancels and closes."""

    def __init__(self, services: Services, rows: Sequence[Row], title: str) -> None:
        super().__init__(services, f"SIP test: {title}")
        self.rows, self.heading = tuple(rows), title
        proxy = services.settings.sip_test.proxy
        self.choice = Choice(proxy, bool(proxy))
        self.probes: list[SipProbe] = []
        self.shown: list[SipProbe] = []
        """Many phones in the order of their lines."""
        self.opened: SipProbe | None = None
        """The phone that is shown in full; None for the list of many."""
        self.reading = False
        """True while its messages are shown."""
        self.head = 0
        """Lines above the first phone."""
        self.placed = 0
        """Where the cursor was put last: an agent who moved it keeps the phone, not the line."""
        self.keys = {
            "r": self.begin,
            "t": self.begin,
            "s": self.series,
            "w": self.way,
            "T": self.transport,
            "upper_t": self.transport,
            "enter": self.enter,
            "l": self.ladder,
            "a": self.attach,
            "y": self.copy,
            "escape": self.leave,
            "q": self.leave,
        }

    def begin(self) -> None:
        """Tests all phones anew, as one job."""
        if self.job is not None:
            self.job.cancel()
        place = self.probes.index(self.opened) if self.opened is not None else 0
        self.probes = [self._probe(row) for row in self.rows]
        only = len(self.probes) == 1
        self.opened, self.reading = self.probes[place] if only or self.opened else None, False
        title = f"SIP test of {one_line(self.heading)}" if only else "SIP tests"
        self.job = self.services.jobs.probe(title, self._test)
        self.paint()

    def _probe(self, row: Row) -> SipProbe:
        probe = registered_phone(row["aor"], row["contact"] or "", row["received"], row["path"])
        if sum(other["aor"] == row["aor"] for other in self.rows) > 1:
            probe.name = f"{row['aor']} at {(row['contact'] or '').rpartition('@')[2]}"
        return probe

    async def _test(self, job: Job) -> None:
        probes, settings = self.probes, self.services.settings.sip_test
        try:
            await wait_for_leave(self.services, [row["contact"] or row["aor"] for row in self.rows])
        except DomainError as error:
            for probe in probes:
                probe.refused = f"{error} {error.advice}".strip()
        else:
            wish = self.choice.wish
            await run_all(probes, wish, settings, self.changed, lambda over: job.progress(over, len(probes)))
        if probes is self.probes:
            self.paint()

    @property
    def calm(self) -> float:
        """One phone's answer is shown at once."""
        return 0.1 if len(self.probes) > 1 else 0.01

    # showing

    @property
    def view(self) -> str:
        """`many`, `one` or `messages`."""
        return "many" if self.opened is None else "messages" if self.reading else "one"

    def feet(self) -> Sequence[str]:
        """The keys of what is shown."""
        return FOOTS[self.view]

    def lines(self, width: int) -> list[Line]:
        """Many phones, one, or its messages."""
        symbols = self.services.symbols
        if self.opened is None:
            return self._many(width)
        if self.reading:
            return messages(self.opened, width, symbols)
        return [*self._choice(width), *one_phone(self.opened, width, symbols)]

    def _choice(self, width: int) -> list[Line]:
        return [*(Line(line.pieces) for line in wrapped(self.choice.words, width, "muted")), BLANK]

    def _many(self, width: int) -> list[Line]:
        """The cursor stays on the phone that it was moved to, though the order changes."""
        body = self.body
        moved = body.cursor != self.placed and body.cursor >= self.head
        kept = self.shown[body.cursor - self.head] if moved and body.cursor - self.head < len(self.shown) else None
        self.shown = sorted(self.probes, key=rank)
        above = [*self._choice(width)[:-1], summary(self.probes), BLANK]
        self.head = len(above)
        if kept in self.shown:
            body.cursor = self.head + self.shown.index(kept)
            self.placed = -1
        else:
            body.cursor = self.placed = self.head
        return [*above, *many_phones(self.shown, width, self.services.symbols)]

    # keys

    def series(self) -> None:
        """Several in a row, or one again."""
        self.choice.series = not self.choice.series
        self.begin()

    def way(self) -> None:
        """Directly or through the proxy."""
        if not self.choice.proxy:
            self.services.notify("No proxy is set that could be gone through: sip_test.proxy in the settings.", "warn")
            return
        self.choice.by_proxy = not self.choice.by_proxy
        self.begin()

    def transport(self) -> None:
        """The next transport."""
        self.choice.other_transport()
        self.begin()

    def enter(self) -> None:
        """From many phones to one, from one to its messages."""
        place = self.body.cursor - self.head
        if self.opened is not None:
            self.reading = True
        elif 0 <= place < len(self.shown):
            self.opened = self.shown[place]
        self._turn()

    def leave(self) -> None:
        """Back, or out: what runs is cancelled."""
        if self.reading:
            self.reading = False
        elif self.opened is not None and len(self.probes) > 1:
            self.opened = None
        else:
            self.end()
            return
        self._turn()

    def _turn(self) -> None:
        """Another page: from its top."""
        self.body.cursor = self.body.top = self.placed = 0
        self.paint()

    def copy(self) -> None:
        """Copies what is shown."""
        self.services.copy("\n".join(self._said()), "the test")

    def _said(self) -> list[str]:
        return [f"SIP test: {one_line(self.heading)}", *(line.copy for line in self.body.sides[0] if line.copy)]

    def ladder(self) -> None:
        """The whole exchange as a ladder."""
        if self.opened is None or not self.opened.exchanged:
            self.services.notify("Open one phone that was asked: then l shows the exchange as a ladder.", "warn")
            return
        from partnertui.screens.shared.sip_test.ladder import show_exchange

        self.dismiss(None)
        show_exchange(self.services, self.opened)

    def attach(self) -> None:
        """What is shown, into a ticket."""
        from partnertui.screens.shared.attach_to_ticket import attach_to_ticket

        attach_to_ticket(self.services.context(), "\n".join(self._said()), "the SIP test")
