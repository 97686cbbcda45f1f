"""The dialog of earlier probes: a list, one result in full, or two compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from partnertui.db.probe_results import last_results
from partnertui.domain.evidence import Evidence, EvidenceKind, probe_facts
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import close_action, help_action, move_actions
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.screens.shared.ask_masking import attach_test
from partnertui.screens.shared.probe_history.result_lines import comparison, kind, list_lines, one_result, when


class ProbeHistoryDialog(LiveDialog):
    """Reads the kept results of phones and addresses; Esc goes back to the list, then closes."""

    def __init__(self, services: Services, title: str, phones: Sequence[str], targets: Sequence[str]) -> None:
        super().__init__(services, f"Earlier tests: {title}")
        self.phones, self.targets = phones, targets
        self.runs: list[Row] | None = None
        """None until they are read."""
        self.marked: Row | None = None
        self.opened: Row | None = None
        self.compared: tuple[Row, Row] | None = None
        """The older and the newer one."""
        self.left_at = 0

    def actions(self) -> tuple[Action, ...]:
        """What can be done with what is shown."""
        left_out = set() if self.opened is None and self.compared is None else {"open", "toggle", "compare"}
        return tuple(action for action in PROBE_HISTORY_ACTIONS if action.verb not in left_out)

    def begin(self) -> None:
        """Read the results."""
        operator = self.services.operator
        if operator is None:
            return

        def read(connection: Connection) -> list[Row]:
            return list(last_results(connection, operator, self.phones, self.targets))

        self.services.read(self, "probes", read, self._read)

    def _read(self, runs: list[Row]) -> None:
        self.runs = runs
        self.paint()

    def lines(self, width: int) -> list[Line]:
        """The list, one result, or two compared."""
        rule = self.services.symbols.line
        if self.compared is not None:
            return comparison(*self.compared, width, rule)
        if self.opened is not None:
            return one_result(self.opened, width, rule)
        if self.runs is None:
            return wrapped("Reading …", width, "muted")
        if not self.runs:
            return wrapped("No tests stored yet: SIP and MTR tests are stored once they end.", width, "muted")
        return list_lines(self.runs, self.marked, width, self.services.symbols)

    @property
    def current(self) -> Row | None:
        """The result that is open or under the cursor."""
        if self.opened is not None:
            return self.opened
        name = self.body.lines.line.name
        return next((run for run in self.runs or () if str(run["id"]) == name), None)

    # keys

    def enter(self) -> None:
        """Open the result under the cursor."""
        self.left_at, self.opened = self.body.lines.cursor, self.current
        self._turn(0)

    def toggle(self) -> None:
        """Mark the result under the cursor, to compare another one with it."""
        run = self.current
        self.marked = None if run is self.marked else run
        self.paint()

    def compare(self) -> None:
        """Compare the result under the cursor with the marked one, else with the one of the same kind before it."""
        run = self.current
        if run is None:
            return
        other = self.marked if self.marked is not run else None
        if other is None:
            older = [one for one in self.runs or () if one["id"] < run["id"] and one["kind"] == run["kind"]]
            other = next((one for one in older if one["phone"] == run["phone"]), None)
        if other is None:
            self.services.notify("There is no earlier test to compare it with.", "warn")
        elif other["kind"] != run["kind"]:
            self.services.notify("A SIP test and an MTR test can't be compared.", "warn")
        else:
            self.left_at = self.body.lines.cursor
            old, new = sorted((other, run), key=lambda one: int(one["id"]))
            self.compared = old, new
            self._turn(0)

    def close(self) -> None:
        """Go back to the list, or close."""
        if self.opened is None and self.compared is None:
            super().close()
        else:
            self.opened = self.compared = None
            self._turn(self.left_at)

    def _turn(self, cursor: int) -> None:
        self.body.lines.top, self.body.lines.cursor = 0, cursor
        self.paint()

    def text(self) -> str:
        """What is shown, as text; of the list, the result under the cursor."""
        if self.compared is not None:
            old, new = self.compared
            heading = f"{kind(new)}: {when(old)} and {when(new)}"
            return "\n".join([heading, *(line.copy for line in self.body.lines.sides[0] if line.copy)])
        run = self.current
        return "" if run is None else f"{when(run)}\n{run['report']}"

    def copy(self) -> None:
        """Copy what is shown."""
        self.services.copy(self.text(), "the result")

    def attach(self) -> None:
        """Attach what is shown to a ticket."""
        text, run = self.text(), self.current or (self.compared or (None,))[0]
        if text and run is not None:
            context = self.services.context()
            customer = run["customer_id"] or (context.row or {}).get("customer_id")
            about = replace(context, row={**(context.row or {}), "customer_id": customer})
            probe = EvidenceKind.MTR if run["kind"] == "mtr" else EvidenceKind.SIP_TEST
            title = f"{probe} {one_line(run['target'])}"
            compared = self.compared is not None
            facts = {} if compared else probe_facts(run["target"], run["phone"] or "", run["figures"] or {})
            attach_test(about, Evidence(probe, title, text, f"{probe}.txt".replace(" ", "-"), facts=facts))


def _dialog(context: ActionContext) -> ProbeHistoryDialog:
    return context.front(ProbeHistoryDialog)


PROBE_HISTORY_ACTIONS = (
    Action("probes.open", "Open the result", lambda c: _dialog(c).enter(), ("enter",), "open", group="Results"),
    Action("probes.toggle", "Mark to compare", lambda c: _dialog(c).toggle(), ("space",), "mark", group="Results"),
    Action(
        "probes.compare",
        "Compare with the marked result, or the previous one",
        lambda c: _dialog(c).compare(),
        ("equals_sign",),
        "compare",
        group="Results",
    ),
    Action(
        "probes.attach",
        "Attach to a ticket",
        lambda c: _dialog(c).attach(),
        ("upper_a", "A"),
        "attach",
        group="Results",
    ),
    Action("probes.copy", "Copy the result", lambda c: _dialog(c).copy(), ("y",), "copy", group="Results"),
    Action("probes.refresh", "Refresh", lambda c: _dialog(c).begin(), ("r", "f5"), group="Results"),
    *move_actions("probes", lambda context: _dialog(context).body),
    help_action("probes"),
    close_action("probes", "close", "q"),
)
