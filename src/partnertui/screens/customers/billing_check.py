"""*Check billing*: every declared check with what it found; fixes are previewed, ticked and applied together."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical

from partnertui.db.billing_checks.run import apply_fixes, check_billing
from partnertui.db.idempotent_writes import commit_once
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action, move_actions
from partnertui.kit.widgets.line_view import LineView
from partnertui.kit.widgets.record_lines import title_line, wrapped
from partnertui.kit.widgets.text_dialogs import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection
    from textual.app import ComposeResult

    from partnertui.db.billing_checks.check_declaration import Finding
    from partnertui.db.billing_checks.run import Found
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.errors import UserError

INDENT = "    "
Outcome = tuple[str, str]
"""A sentence and its colour role."""


class BillingCheckDialog(ActionDialog[Location]):
    """Findings with a box to tick where there is a fix; answers with where a line leads."""

    DEFAULT_CSS = """
    BillingCheckDialog { align: center middle; background: transparent; }
    BillingCheckDialog > Vertical { width: 96%; max-width: 110; height: 90%; border: round $role-border-focus;
        padding: 0 1; border-title-color: $role-title; border-subtitle-color: $role-muted; background: $background; }
    BillingCheckDialog Horizontal { height: 1; } BillingCheckDialog Answer { width: auto; margin-right: 3; }
    """

    def __init__(self, services: Services, customer_id: int, company: str) -> None:
        super().__init__(services, f"Check billing for {one_line(company, 50)}")
        self.customer_id = customer_id
        self.found: Sequence[Found] | None = None
        self.ticked: dict[str, str] = {}
        """What each ticked fix would do, by its finding's key."""
        self.outcome: Outcome = ("", "")
        self.saving = False
        self.key = token_hex(16)
        """The idempotency key of what is ticked here."""
        self.body = LineView(services, one_side=True)
        label = services.keymap.label
        self.save = Answer(label("billing-check.save"), "apply", self.apply)

    def compose(self) -> ComposeResult:
        """The findings, and what a click applies."""
        with Vertical() as box:
            self.title_box(box)
            yield self.body
            with Horizontal():
                yield self.save

    def actions(self) -> tuple[Action, ...]:
        """Tick, apply, check again, close; without a finding there is nothing to tick, apply or open."""
        if any(found.findings for found in self.found or ()):
            return BILLING_CHECK_ACTIONS
        return tuple(action for action in BILLING_CHECK_ACTIONS if action.verb not in ("toggle", "save", "open"))

    def on_mount(self) -> None:
        """Checks."""
        self.body.focus()
        self.read()

    def is_ready_for(self, key: str) -> bool:
        """Keys wait for what is being read or applied."""
        return (self.found is not None or bool(self.outcome[0])) and not self.saving

    def unsaved(self) -> bool:
        """Whether fixes are ticked and not applied."""
        return bool(self.ticked)

    def read(self, outcome: Outcome = ("", "")) -> None:
        """Checks again; `outcome` is shown above what is found then."""
        customer_id, now = self.customer_id, utc_now()

        def work(connection: Connection) -> Sequence[Found]:
            return check_billing(connection, customer_id, now)

        def done(found: Sequence[Found]) -> None:
            self.found, self.ticked, self.outcome, self.saving = found, {}, outcome, False
            self.paint()

        def failed(error: UserError) -> None:
            self.saving, self.outcome = False, (f"{error} {error.advice}".strip(), "bad")
            self.paint()

        self.services.read(self, "check", work, done, failed)

    def fixes(self) -> dict[str, str]:
        """What can be fixed: what each fix would do, by its finding's key."""
        pairs = ((found, finding) for found in self.found or () for finding in found.findings)
        return {found.key(finding): finding.fix for found, finding in pairs if finding.fix}

    def toggle(self) -> None:
        """Ticks the finding under the cursor, or takes the tick away."""
        self.tick(self.body.line.name)

    def tick(self, key: str) -> None:
        """Ticks a finding, or takes the tick away; one without a fix can't be ticked."""
        fixes = self.fixes()
        if key in self.ticked:
            del self.ticked[key]
        elif key in fixes:
            self.ticked[key] = fixes[key]
        elif key:
            self.services.notify("There is no automatic fix for this.", "warn")
        self.paint()

    def apply(self) -> None:
        """Applies the ticked fixes in one unit of work, then checks again."""
        services, operator, customer_id, ticked = (
            self.services,
            self.services.operator,
            self.customer_id,
            {**self.ticked},
        )
        if self.saving or operator is None:
            return
        if not ticked:
            services.notify("Nothing is ticked: {key:billing-check.toggle} ticks a fix.", "warn")
            return

        def run() -> int:
            def work(unit: UnitOfWork) -> int:
                return apply_fixes(unit, customer_id, ticked, utc_now())

            return commit_once(services.database, operator, self.key, work, ticked)

        def done(count: int) -> None:
            # Only after success: fixes tried again because the answer was lost must not be applied twice.
            self.key = token_hex(16)
            self.read((f"{count} fix{'' if count == 1 else 'es'} applied.", "good"))

        def failed(error: UserError) -> None:
            self.saving, self.outcome = False, (f"{error} {error.advice}".strip(), "bad")
            self.paint()

        self.saving = True
        self.outcome = ("Applying …", "accent")
        self.paint()
        services.jobs.write("fix the billing", run, done, failed)

    def paint(self) -> None:
        """Shows the findings for the current width."""
        if self.is_attached and self.body.size.width:
            self.body.show(self.lines(max(20, self.body.size.width - 2)))
            self.title_box(self.box)
            count = len(self.ticked)
            self.save.display = bool(self.fixes())
            self.save.relabel(f"apply {count} fix{'' if count == 1 else 'es'}" if count else "apply: nothing is ticked")

    def lines(self, width: int) -> list[Line]:
        """What was found, check by check, then the checks that found nothing."""
        lines = [*wrapped(self.outcome[0], width, self.outcome[1]), BLANK] if self.outcome[0] else []
        if self.found is None:
            return lines or [Line((("Checking …", "muted"),))]
        for found in self.found:
            if found.findings:
                lines.append(title_line(found.check.title, width, self.services.symbols.line))
                for finding in found.findings:
                    lines += self._finding(found, finding, width)
                lines.append(BLANK)
        fine = ", ".join(found.check.title for found in self.found if not found.findings)
        return [*lines, *_told(f"No problems found: {fine}.", width, "muted")] if fine else lines

    def _finding(self, found: Found, finding: Finding, width: int) -> list[Line]:
        key = found.key(finding)
        box = ("[x] " if key in self.ticked else "[ ] ") if finding.fix else "  - "
        target = Location(finding.screen or "customers", finding.row_id)
        texts = wrapped(one_line(finding.text, 400), width - len(box))
        lines = [
            Line(((box if index == 0 else INDENT, "accent"), (line.copy, "link")), target, finding.text, key)
            if index == 0
            else Line(((INDENT, ""), (line.copy, "link")))
            for index, line in enumerate(texts)
        ]
        advice = f"Fix: {finding.fix}" if finding.fix else f"No automatic fix. {found.check.advice}"
        role = "info" if finding.fix else "muted"
        return lines + _told(advice, width, role, INDENT)

    def follow(self) -> None:
        """Closes it, answering with where the line leads."""
        if self.body.line.target is not None:
            self.dismiss(self.body.line.target)

    def on_line_view_resized(self, event: LineView.Resized) -> None:
        """Makes the lines for the width."""
        event.stop()
        self.paint()

    def on_line_view_followed(self, event: LineView.Followed) -> None:
        """A click ticks what can be fixed, and opens the rest."""
        event.stop()
        if event.line.name in self.fixes():
            self.tick(event.line.name)
        else:
            self.dismiss(event.line.target)


def _told(text: str, width: int, role: str, indent: str = "") -> list[Line]:
    """A text on lines that can't be selected: the cursor goes from box to box."""
    return [Line(((indent + line.copy, role),)) for line in wrapped(one_line(text, 800), width - len(indent))]


def _dialog(context: ActionContext) -> BillingCheckDialog:
    return context.front(BillingCheckDialog)


def show(context: ActionContext) -> None:
    """Opens the checks of the customer under the cursor."""
    row = context.row or {}
    dialog = BillingCheckDialog(context.services, row["id"], row["company"])

    def go(location: Location) -> None:
        context.refresh_rows()
        context.services.open(location)

    context.services.show_dialog(dialog, go, context.refresh_rows)


BILLING_CHECK_ACTIONS = (
    Action("billing-check.toggle", "Tick the fix", lambda c: _dialog(c).toggle(), ("space",), "tick"),
    Action("billing-check.save", "Apply the ticked fixes", lambda c: _dialog(c).apply(), ("ctrl+s",)),
    Action("billing-check.open", "Open the row", lambda c: _dialog(c).follow(), ("enter",), "open"),
    Action("billing-check.refresh", "Check again", lambda c: _dialog(c).read(), ("r", "f5"), "check again"),
    Action(
        "billing-check.copy",
        "Copy the line",
        lambda c: c.services.copy(_dialog(c).body.line.copy, "the line"),
        ("y",),
        "copy",
    ),
    *move_actions("billing-check", lambda c: _dialog(c).body),
    help_action("billing-check"),
    close_action("billing-check", "close", "q"),
)
