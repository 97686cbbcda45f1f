"""The dialog of an MTR test: the path live, and what it means."""

from __future__ import annotations

from collections.abc import Sequence

from partnertui.domain.errors import DomainError
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.live_box import LiveBox
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.styled_lines import BLANK, Line, wrapped
from partnertui.probes.mtr.engine import Pace
from partnertui.probes.mtr.report import place_words, rounds_words
from partnertui.probes.mtr.sending import Method
from partnertui.screens.shared.mtr.lines import path_lines
from partnertui.screens.shared.mtr.session import Session
from partnertui.screens.shared.sip_test.limits import wait_for_leave

INTERVALS = (
    (0.1, "routers limit their answers: up to 40% false loss"),
    (0.2, "routers limit their answers: false loss"),
    (0.5, "usual"),
    (1.0, "as mtr does"),
    (2.0, ""),
    (5.0, "to be left running"),
)
SIZES = (
    (64, "usual"),
    (200, "a voice packet: G.711, 20 ms"),
    (512, ""),
    (1000, "a SIP message"),
    (1400, "a long SIP message"),
    (1500, "the most that Ethernet carries"),
)
FOOTS = (
    "p pause  r reset  i interval  s size  u UDP or ICMP  n names  w who is  a attach  y copy  Esc closes",
    "p pause  r reset  i interval  s size  u UDP  a attach  y copy  Esc ends",
    "p pause  r reset  y copy  Esc closes",
)


class MtrTest(LiveBox):
    """Probes the path to a host in the background and shows it; Esc ends it."""

    def __init__(self, context: ActionContext, host: str) -> None:
        super().__init__(context.services, f"MTR test: {host}")
        self.context = context
        settings = self.services.settings
        self.session = Session(host, settings, Pace(settings.mtr.interval, int(settings.mtr.size)))
        self.named = True
        self.keys = {
            "space": self.pause,
            "p": self.pause,
            "r": self.reset,
            "i": self.ask_interval,
            "s": self.ask_size,
            "u": self.other_method,
            "n": self.switch_names,
            "w": self.who_is,
            "a": self.attach,
            "y": self.copy,
            "escape": self.end,
            "q": self.end,
        }

    def begin(self) -> None:
        """Starts the probes, in place of those that run."""
        if self.job is not None:
            self.job.cancel()
        self.session.trouble = ""
        title = f"MTR test of {one_line(self.session.host)}"
        self.job = self.services.jobs.probe(title, lambda job: self._run(), live=True)
        self.paint()

    async def _run(self) -> None:
        """Counted first, as every probe is."""
        try:
            await wait_for_leave(self.services, [self.session.host], "mtr")
        except DomainError as error:
            self.session.trouble = f"{error} {error.advice}".strip()
            self.changed()
        else:
            await self.session.run(self.changed)

    def feet(self) -> Sequence[str]:
        """As many keys as fit."""
        return FOOTS

    def lines(self, width: int) -> list[Line]:
        """How it is probed, the hops, the reading."""
        session, report = self.session, self.session.report()
        if session.trouble:
            other = "u tries the other way, Esc closes." if session.wanted else "Esc closes."
            return [*wrapped(session.trouble, width, "warn"), *wrapped(other, width, "muted")]
        if report is None:
            return wrapped(f"Looking for {one_line(session.host)} …", width, "muted")
        dot = f" {self.services.symbols.dot} "
        state = "paused" if session.pace.paused else "running"
        parts = (
            report.method.words,
            rounds_words(report),
            f"every {report.interval:g} s",
            f"{report.size} bytes",
            "times in ms",
        )
        head = Line(((dot.join(parts) + dot, "muted"), (state, "warn" if session.pace.paused else "good")))
        if report.place.host != report.place.address:
            self.box.border_title = plain(f"MTR test: {place_words(report.place)}")
        return [head, BLANK, *path_lines(report, width, self.services.symbols, named=self.named)]

    # keys

    def pause(self) -> None:
        """Stops sending, or goes on."""
        self.session.pace.paused = not self.session.pace.paused
        self.paint()

    def reset(self) -> None:
        """Begins the figures anew; after trouble, all of it."""
        self.session.reset()
        if self.session.trouble:
            self.begin()
        self.paint()

    def ask_interval(self) -> None:
        """Other seconds between rounds."""
        items = [Item(seconds, f"{seconds:g} s", words) for seconds, words in INTERVALS]

        def picked(seconds: float) -> None:
            self.session.pace.interval = seconds
            self.paint()

        self.services.show_dialog(Picker(self.services, "Time between rounds", items, at=self.session.pace.interval), picked)

    def ask_size(self) -> None:
        """Another size of the probes."""
        items = [Item(size, f"{size} bytes", words) for size, words in SIZES]

        def picked(size: int) -> None:
            self.session.pace.size = size
            self.paint()

        self.services.show_dialog(Picker(self.services, "Bytes of a packet", items, at=self.session.pace.size), picked)

    def other_method(self) -> None:
        """UDP instead of ICMP, or the other way round; figures of two kinds are not mixed."""
        now = self.session.wanted or self.session.method
        self.session.wanted = Method.UDP if now is Method.ICMP else Method.ICMP
        self.begin()

    def switch_names(self) -> None:
        """Names of hosts, or addresses alone."""
        self.named = not self.named
        self.paint()

    def who_is(self) -> None:
        """Who has the address under the cursor."""
        from partnertui.screens.shared.who_is import show

        if self.body.line.name:
            show(self.services, self.body.line.name)

    def copy(self) -> None:
        """The report as text."""
        self.services.copy(self.session.text(), "the report")

    def attach(self) -> None:
        """The report into a ticket, as an internal note."""
        from partnertui.screens.shared.attach_to_ticket import attach_to_ticket

        text = self.session.text()
        if text:
            attach_to_ticket(self.context, text, "the MTR test")
