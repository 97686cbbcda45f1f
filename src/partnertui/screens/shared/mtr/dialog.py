"""The dialog of an MTR test: the path, updated live, and its findings."""

from __future__ import annotations

from partnertui.domain.errors import DomainError
from partnertui.domain.evidence import Evidence, EvidenceKind, probe_facts
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_content import plain
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.probes.mtr.path_snapshot import rounds_text, target_text
from partnertui.probes.mtr.probe_rounds import ProbeSettings
from partnertui.probes.mtr.prober_base import Method
from partnertui.screens.shared.ask_masking import attach_test
from partnertui.screens.shared.mtr.kept_results import figures, keep
from partnertui.screens.shared.mtr.path_table import path_lines
from partnertui.screens.shared.mtr.running_test import MtrSession
from partnertui.screens.shared.probe_history import IN_PROBE_HISTORY, show_probe_history
from partnertui.screens.shared.wait_for_probe_rate_limit import wait_for_rate_limit
from partnertui.screens.shared.who_is import show

INTERVALS = (
    (0.1, "routers rate-limit replies: up to 40% false loss"),
    (0.2, "routers rate-limit replies: false loss"),
    (0.5, "usual"),
    (1.0, "mtr's default"),
    (2.0, ""),
    (5.0, "for a long test"),
)
SIZES = (
    (64, "usual"),
    (200, "a voice packet: G.711, 20 ms"),
    (512, ""),
    (1000, "a SIP message"),
    (1400, "a long SIP message"),
    (1500, "the Ethernet maximum"),
)


class MtrDialog(LiveDialog):
    """Probes the path to a host in the background and shows it; Esc ends the test."""

    def __init__(self, context: ActionContext, host: str) -> None:
        super().__init__(context.services, f"MTR test: {host}")
        self.opened_from = context
        settings = self.services.settings
        probe_settings = ProbeSettings(settings.mtr.interval, int(settings.mtr.size))
        self.session = MtrSession(host, settings, probe_settings, recorded=self.services.is_demo)
        self.named = True

    def actions(self) -> tuple[Action, ...]:
        """Pause, options, copy, close."""
        return MTR_ACTIONS

    def begin(self) -> None:
        """Start the test, replacing a running one."""
        if self.job is not None:
            self.job.cancel()
            keep(self.services, self.session, self.opened_from.row)
        self.session.error = ""
        title = f"MTR test: {one_line(self.session.host)}"
        self.job = self.services.jobs.probe(title, lambda job: self._run(), live=True)
        self.paint()

    async def _run(self) -> None:
        """Like every probe, it's counted against the rate limit first."""
        try:
            await wait_for_rate_limit(self.services, [self.session.host], "mtr")
        except DomainError as error:
            self.session.error = f"{error} {error.advice}".strip()
            self.changed()
        else:
            await self.session.run(self.changed)

    def lines(self, width: int) -> list[Line]:
        """The settings, the hops, the findings."""
        session, report = self.session, self.session.report()
        if session.error:
            lines = wrapped(session.error, width, "warn")
            if session.wanted:
                key = self.services.keymap.label("mtr.method")
                lines += wrapped(f"{key} switches between ICMP and UDP.", width, "muted")
            return lines
        if report is None:
            return wrapped(f"Resolving {one_line(session.host)} …", width, "muted")
        dot = f" {self.services.symbols.dot} "
        state = "paused" if session.probe_settings.paused else "running"
        parts = (
            report.method_text,
            rounds_text(report),
            f"every {report.interval:g} s",
            f"{report.size} bytes",
            "times in ms",
        )
        head = Line(((dot.join(parts) + dot, "muted"), (state, "warn" if session.probe_settings.paused else "good")))
        if report.target.host != report.target.address:
            self.box.border_title = plain(f"MTR test: {target_text(report.target)}")
        return [head, BLANK, *path_lines(report, width, self.services.symbols, named=self.named)]

    # keys

    def pause(self) -> None:
        """Pause or resume."""
        self.session.probe_settings.paused = not self.session.probe_settings.paused
        self.paint()

    def reset(self) -> None:
        """Reset the statistics; after an error, start over. What was found until now is kept."""
        keep(self.services, self.session, self.opened_from.row)
        self.session.reset()
        if self.session.error:
            self.begin()
        self.paint()

    def ask_interval(self) -> None:
        """Choose the interval between rounds."""
        items = [Item(seconds, f"{seconds:g} s", words) for seconds, words in INTERVALS]

        def picked(seconds: float) -> None:
            self.session.probe_settings.interval = seconds
            self.paint()

        self.services.show_dialog(
            Picker(self.services, "Time between rounds", items, at=self.session.probe_settings.interval), picked
        )

    def ask_size(self) -> None:
        """Choose the packet size."""
        items = [Item(size, f"{size} bytes", words) for size, words in SIZES]

        def picked(size: int) -> None:
            self.session.probe_settings.size = size
            self.paint()

        self.services.show_dialog(
            Picker(self.services, "Packet size", items, at=self.session.probe_settings.size), picked
        )

    def other_method(self) -> None:
        """Switch between UDP and ICMP and start over: their statistics must not be mixed."""
        if self.session.recorded:
            self.services.notify("The demo sends nothing: it shows a recorded path.", "")
            return
        now = self.session.wanted or self.session.method
        self.session.wanted = Method.UDP if now is Method.ICMP else Method.ICMP
        self.begin()

    def switch_names(self) -> None:
        """Show host names, or only addresses."""
        self.named = not self.named
        self.paint()

    def who_is(self) -> None:
        """Look up the address under the cursor."""

        if self.body.line.name:
            show(self.services, self.body.line.name)

    def history(self) -> None:
        """Show the earlier tests of the address, and of the phone behind it."""
        rows = (self.opened_from.row,) if self.opened_from.row is not None else ()
        show_probe_history(self.services, rows, self.session.host)

    def close(self) -> None:
        """Keep what was found, then cancel and close."""
        keep(self.services, self.session, self.opened_from.row)
        super().close()

    def copy(self) -> None:
        """Copy the report as text."""
        self.services.copy(self.session.text(), "the report")

    def evidence(self) -> Evidence | None:
        """What was found until now; None before anything was sent."""
        report, text = self.session.report(), self.session.text()
        if report is None or not text:
            return None
        host, aor = one_line(self.session.host), one_line((self.opened_from.row or {}).get("aor") or "")
        facts = probe_facts(host, aor, figures(report))
        return Evidence(EvidenceKind.MTR, f"MTR {host}", text, "MTR.txt", facts=facts)

    def attach(self) -> None:
        """Attach the report to a ticket as an internal note."""
        evidence = self.evidence()
        if evidence is not None:
            attach_test(self.opened_from, evidence)


def _mtr(context: ActionContext) -> MtrDialog:
    return context.front(MtrDialog)


SWITCH_METHOD = Action(
    "mtr.method", "Method: UDP or ICMP", lambda c: _mtr(c).other_method(), ("3",), "UDP/ICMP", group="Test"
)
MTR_ACTIONS = (
    Action("mtr.pause", "Pause or resume", lambda c: _mtr(c).pause(), ("p", "space"), "pause", group="Test"),
    Action("mtr.refresh", "Reset the statistics", lambda c: _mtr(c).reset(), ("r", "f5"), "restart", group="Test"),
    Action("mtr.attach", "Attach to a ticket", lambda c: _mtr(c).attach(), ("upper_a", "A"), "attach", group="Test"),
    Action(
        "mtr.history",
        "Earlier tests of the address",
        lambda c: _mtr(c).history(),
        ("h",),
        "earlier",
        group="Test",
        about="recent results, to view, compare and attach",
        leads_to=IN_PROBE_HISTORY,
    ),
    Action("mtr.copy", "Copy the report", lambda c: _mtr(c).copy(), ("y",), "copy", group="Test"),
    Action(
        "mtr.who-is",
        "Whois look-up of the hop under the cursor",
        lambda c: _mtr(c).who_is(),
        ("w",),
        "whois",
        group="Test",
    ),
    Action("mtr.interval", "Time between rounds", lambda c: _mtr(c).ask_interval(), ("1",), "interval", group="Test"),
    Action("mtr.size", "Packet size", lambda c: _mtr(c).ask_size(), ("2",), "size", group="Test"),
    SWITCH_METHOD,
    Action("mtr.names", "Hops: names or addresses", lambda c: _mtr(c).switch_names(), ("4",), "names", group="Test"),
    *move_actions("mtr", lambda context: _mtr(context).body),
    help_action("mtr"),
    close_action("mtr", "close", "q"),
)
