"""The dialog of a SIP test: live, for one phone or many; Enter opens one phone, then its messages."""

from __future__ import annotations

from partnertui.domain.evidence import Evidence, EvidenceKind, probe_facts
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.probes.sip_options.sip_test import SipProbe
from partnertui.screens.shared.ask_masking import attach_test
from partnertui.screens.shared.probe_history import IN_PROBE_HISTORY, show_probe_history
from partnertui.screens.shared.sip_test.exchange_trace import show_exchange
from partnertui.screens.shared.sip_test.kept_results import figures
from partnertui.screens.shared.sip_test.result_lines import many_phones, messages, one_phone, rank, summary
from partnertui.screens.shared.sip_test.test_run import SipTestRun


class SipTestDialog(LiveDialog):
    """Sends OPTIONS in the background and shows what happens; Esc goes back, cancels and closes."""

    def __init__(self, run: SipTestRun, opened: SipProbe | None = None, reading: bool = False) -> None:
        super().__init__(run.services, f"SIP test: {run.phones}")
        self.run = run
        self.shown: list[SipProbe] = []
        """The phones in the order of their lines."""
        self.opened = opened or (run.probes[0] if len(run.probes) == 1 else None)
        """The phone shown in full; None while the list is shown."""
        self.reading = reading
        """True while its messages are shown."""
        self.head = 0
        """Lines above the first phone."""
        self.placed = 0
        """The cursor line set by the program: if the agent has moved it, it follows the phone instead."""
        run.changed, run.finished = self.changed, self.paint

    def actions(self) -> tuple[Action, ...]:
        """What can be done with what is shown: many phones, one, or its messages."""
        left_out = {"many": {"trace", "attach"}, "one": set(), "messages": {"series", "route", "transport", "open"}}[
            self.page
        ]
        return tuple(action for action in SIP_TEST_ACTIONS if action.verb not in left_out)

    @property
    def probes(self) -> list[SipProbe]:
        """The phones as they were selected."""
        return self.run.probes

    def begin(self) -> None:
        """Show the test, which runs or is over."""
        self.job = self.run.job
        self.paint()

    def again(self) -> None:
        """Test all phones again."""
        index = self.probes.index(self.opened) if self.opened is not None else 0
        self.run.start()
        self.job = self.run.job
        only = len(self.probes) == 1
        self.opened, self.reading = self.probes[index] if only or self.opened else None, False
        self.paint()

    @property
    def repaint_seconds(self) -> float:
        """Minimum interval of repaints: a single phone's response is shown at once."""
        return 0.1 if len(self.probes) > 1 else 0.01

    # showing

    @property
    def page(self) -> str:
        """`many`, `one` or `messages`."""
        return "many" if self.opened is None else "messages" if self.reading else "one"

    def lines(self, width: int) -> list[Line]:
        """The list of phones, one phone, or its messages."""
        symbols = self.services.symbols
        if self.opened is None:
            return self._many(width)
        if self.reading:
            return messages(self.opened, width, symbols)
        return [*self._choice(width), *one_phone(self.opened, width, symbols)]

    def _choice(self, width: int) -> list[Line]:
        return [*(Line(line.pieces) for line in wrapped(self.run.choice.words, width, "muted")), BLANK]

    def _many(self, width: int) -> list[Line]:
        """Keep the cursor on the phone it was moved to while the order changes."""
        body = self.body.lines
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
        """Switch between a series and a single request."""
        self.run.choice.series = not self.run.choice.series
        self.again()

    def way(self) -> None:
        """Switch between direct and through the proxy."""
        if not self.run.choice.proxy:
            self.services.notify("No proxy is configured: set sip_test.proxy in the settings.", "warn")
            return
        self.run.choice.by_proxy = not self.run.choice.by_proxy
        self.again()

    def transport(self) -> None:
        """Use the next transport."""
        self.run.choice.other_transport()
        self.again()

    def enter(self) -> None:
        """From the list to one phone, from a phone to its messages."""
        index = self.body.lines.cursor - self.head
        if self.opened is not None:
            self.reading = True
        elif 0 <= index < len(self.shown):
            self.opened = self.shown[index]
        self._turn()

    def close(self) -> None:
        """Go back, or cancel and close."""
        if self.reading:
            self.reading = False
        elif self.opened is not None and len(self.probes) > 1:
            self.opened = None
        else:
            super().close()
            return
        self._turn()

    def _turn(self) -> None:
        """Show another page from its top."""
        self.body.lines.cursor = self.body.lines.top = self.placed = 0
        self.paint()

    def copy(self) -> None:
        """Copy what's shown."""
        self.services.copy("\n".join(self._said()), "the test")

    def _said(self) -> list[str]:
        return [
            f"SIP test: {one_line(self.run.phones)}",
            *(line.copy for line in self.body.lines.sides[0] if line.copy),
        ]

    def ladder(self) -> None:
        """Open all messages as a ladder."""
        if self.opened is None or not self.opened.exchanged:
            self.services.notify("No messages were exchanged with this phone, so there is no ladder.", "warn")
            return

        self.dismiss(None)
        show_exchange(self.services, self.opened, lambda: self.services.show_dialog(self._as_left()))

    def _as_left(self) -> SipTestDialog:
        """A dialog that shows the same results at the same place, for the way back from the ladder."""
        return SipTestDialog(self.run, self.opened, self.reading)

    def history(self) -> None:
        """Show the earlier tests of the phone, or of all phones."""
        rows = self.run.rows
        if self.opened is not None:
            rows = (rows[self.probes.index(self.opened)],)
        show_probe_history(self.services, rows)

    def evidence(self) -> Evidence:
        """What is shown."""
        said, probe = self._said(), self.opened
        facts: dict[str, str] = {}
        if probe is not None:
            row = self.run.rows[self.probes.index(probe)]
            facts = probe_facts(one_line(row.get("contact") or row["aor"]), one_line(row["aor"]), figures(probe))
        return Evidence(EvidenceKind.SIP_TEST, said[0], "\n".join(said), "SIP-test.txt", facts=facts)

    def attach(self) -> None:
        """Attach what's shown to a ticket."""
        attach_test(self.services.context(), self.evidence())


def _test(context: ActionContext) -> SipTestDialog:
    return context.front(SipTestDialog)


SIP_TEST_ACTIONS = (
    Action("siptest.refresh", "Test again", lambda c: _test(c).again(), ("r", "f5"), "again", group="Test"),
    Action("siptest.series", "Requests: one or a series", lambda c: _test(c).series(), ("1",), "series", group="Test"),
    Action(
        "siptest.route", "Route: direct or through the proxy", lambda c: _test(c).way(), ("2",), "route", group="Test"
    ),
    Action("siptest.transport", "Next transport", lambda c: _test(c).transport(), ("3",), "transport", group="Test"),
    Action(
        "siptest.open",
        "Open the phone, then its messages",
        lambda c: _test(c).enter(),
        ("enter",),
        "open",
        group="Test",
    ),
    Action(
        "siptest.history",
        "Earlier tests of the phone",
        lambda c: _test(c).history(),
        ("h",),
        "earlier",
        group="Test",
        about="recent results, to view, compare and attach",
        leads_to=IN_PROBE_HISTORY,
    ),
    Action("siptest.trace", "Message ladder", lambda c: _test(c).ladder(), ("t",), "ladder", group="Test"),
    Action(
        "siptest.attach", "Attach to a ticket", lambda c: _test(c).attach(), ("upper_a", "A"), "attach", group="Test"
    ),
    Action("siptest.copy", "Copy the result", lambda c: _test(c).copy(), ("y",), "copy", group="Test"),
    *move_actions("siptest", lambda context: _test(context).body),
    help_action("siptest"),
    close_action("siptest", "close", "q"),
)
