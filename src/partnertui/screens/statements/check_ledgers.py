"""*Check all ledgers*: checks in a job whether every customer's ledger adds up to the credit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.kit.widgets.text_dialogs import LinesDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.db.all_ledgers_check import LedgerReport
    from partnertui.db.query_cancellation import Cancel
    from partnertui.errors import UserError


def check(context: ActionContext) -> None:
    """Checks the ledgers of all customers that the operator sees, then shows the outcome."""
    services, operator = context.services, context.services.operator
    partner_id = operator.partner_id if operator is not None else None

    def work(cancel: Cancel, tell: Callable[[int, int], None]) -> LedgerReport:
        from partnertui.db.all_ledgers_check import check_ledgers  # the mapped models, in the job's thread

        return check_ledgers(services.database, partner_id=partner_id, cancel=cancel, tell=tell)

    def done(report: LedgerReport) -> None:
        if report.wrong:
            dialog = LinesDialog(services, "Ledgers that don't add up", lambda width: report_lines(report, width))
            services.show_dialog(dialog, services.open)
        else:
            services.notify(report.words(), "good")

    def failed(error: UserError) -> None:
        services.notify(f"{error} {error.advice}".strip(), "bad")

    services.jobs.long("check all ledgers", work, done, failed)
    services.notify("Checking all ledgers in the background …", "info")


def report_lines(report: LedgerReport, width: int) -> list[Line]:
    """The outcome, then a line a difference, which leads to its customer."""
    lines = [*wrapped(report.words(), width, "bad"), BLANK]
    for problem in report.problems:
        name = f"{one_line(problem.company, 60)}: "
        target = Location("customers", problem.customer_id)
        first, *rest = wrapped(name + problem.text, width)
        lines.append(Line(((first.copy, "link"),), target, name + problem.text))
        lines += [Line((("  " + line.copy, ""),)) for line in rest]
    if len(report.problems) < report.wrong:
        lines += [BLANK, *wrapped(f"Only the first {len(report.problems):,} are listed.", width, "muted")]
    return lines


CHECK_LEDGERS = Action(
    "statements.check-ledgers",
    "Check all ledgers",
    check,
    ("upper_q", "Q"),
    "check ledgers",
    refuse=signed_in,
    group="Ledger",
    about="checks that every customer's entries add up to the credit",
)
