"""*Monthly totals*: totals of a customer's ledger, and the balance at the end of each month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.capital_letter import capital
from partnertui.domain.money import format_money
from partnertui.domain.plurals import plural
from partnertui.domain.pstn_credit import balance_words
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.record_lines import title_line
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.shared.customer_scope import with_customer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from partnertui.db.ledger_month_totals import MonthTotal
    from partnertui.kit.declare.view_location import Scope


def show(context: ActionContext) -> None:
    """Shows the totals of the customer of the row under the cursor, or of one that is asked for."""
    row, services = context.row, context.services

    def read(customer_id: int, name: str) -> None:
        def work(connection: Connection) -> Sequence[MonthTotal]:
            from partnertui.db.ledger_month_totals import month_totals  # the mapped models, in the job's thread

            return month_totals(connection, customer_id)

        def done(totals: Sequence[MonthTotal]) -> None:
            heading = f"Monthly totals for {one_line(name, 50)}"
            services.show_dialog(
                LinesDialog(services, heading, lambda width: total_lines(totals, width, services.symbols.line)),
                services.open,
            )

        services.read(context.view, "month totals", work, done, opens=True)

    def chosen(scope: Scope) -> None:
        read(scope.record_id, scope.name)

    if row is not None:
        read(row["customer_id"], str(row["customer"] or ""))
    else:
        with_customer(context, chosen)


def total_lines(totals: Sequence[MonthTotal], width: int, rule: str) -> list[Line]:
    """A heading a month, then what moved the balance, by kind."""
    if not totals:
        return [Line((("No credit movements yet.", "muted"),))]
    lines: list[Line] = []
    for total in totals:
        count = plural(total.lines, "entry", "entries")
        lines.append(title_line(f"{total.month:%B %Y}: {count}", width, rule))
        for kind, amount in sorted(total.by_kind.items(), key=lambda pair: pair[1]):
            lines.append(
                _amount(
                    capital(kind).replace("Ddi", "DDI"),
                    amount,
                    total.currency,
                    "bad" if amount < 0 else "good",
                )
            )
        lines.append(_amount("Debits", -total.debit, total.currency, ""))
        lines.append(_amount("Credits", total.credit, total.currency, ""))
        words = balance_words(total.balance, total.currency)
        lines.append(_amount("Closing balance", total.balance, total.currency, "accent", f"  {words}"))
        lines.append(BLANK)
    return lines[:-1]


def _amount(title: str, amount: int, currency: str, role: str, after: str = "") -> Line:
    text = format_money(amount, currency, exact=True)
    return Line(((f"{title:<20}", "key"), (f"{text:>18}", role), (after, "muted")), copy=f"{title} {text}")


MONTH_TOTALS = Action(
    "statements.statistics",
    "Monthly totals",
    show,
    ("upper_i", "I"),
    "month totals",
    group="Ledger",
    about="of one customer: debits, credits and balance",
)
