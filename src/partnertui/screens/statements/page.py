"""Statements: one row per entry of the PSTN credit ledger, with debit or credit, and the balance before and after."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import Connection, select

from partnertui.db.credit import read_ledger_balance
from partnertui.db.models import Customer, StatementEntry, Transaction
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.billing_enums import StatementKind
from partnertui.domain.plurals import plural
from partnertui.domain.pstn_credit import balance_words
from partnertui.kit.declare.kinds import Choice, Identifier, Integer, Money, Row, Time
from partnertui.kit.declare.page import Column, Drawing, Fact, Page, Panel
from partnertui.kit.widgets.sparkline import sparkline
from partnertui.screens.shared.adjust_credit import adjust_action
from partnertui.screens.shared.explain_charge import EXPLAIN_CHARGE
from partnertui.screens.statements.check_ledgers import CHECK_LEDGERS
from partnertui.screens.statements.month_totals import MONTH_TOTALS

KINDS = (("top-up", "good"), ("refund", "good"), ("adjustment", "warn"))
BEFORE = 120
"""Lines of the ledger that the curve shows, at most."""


def entries() -> Query:
    """Lines of the ledger; the call or the transaction that made them."""
    columns = (
        StatementEntry.at,
        StatementEntry.sequence,
        StatementEntry.kind,
        StatementEntry.description,
        StatementEntry.debit,
        StatementEntry.credit,
        StatementEntry.balance_before,
        StatementEntry.balance_after,
        StatementEntry.currency,
        StatementEntry.cdr_id,
        StatementEntry.cdr_id.label("cdr"),
        StatementEntry.transaction_id,
        Transaction.invoice_number.label("transaction"),
    )
    return list_query(StatementEntry, *columns).outerjoin(Transaction, Transaction.id == StatementEntry.transaction_id)


def ledger(connection: Connection, row: Row) -> dict[str, object]:
    """The customer's balances up to this line, oldest first; where the ledger ends, and the customer's credit."""
    mine = StatementEntry.customer_id == row["customer_id"]
    upto = select(StatementEntry.balance_before, StatementEntry.balance_after).where(
        mine, StatementEntry.sequence <= row["sequence"]
    )
    found = connection.execute(upto.order_by(StatementEntry.sequence.desc()).limit(BEFORE)).all()[::-1]
    credit = connection.execute(select(Customer.credit).where(Customer.id == row["customer_id"])).scalar()
    return {
        "balances": [found[0][0], *(after for _, after in found)] if found else [],
        "ledger": found,
        "ledger_end": read_ledger_balance(connection, row["customer_id"]),
        "customer_credit": credit,
    }


def curve(row: Row, width: int) -> Iterator[str]:
    """The balance as a curve; whether every line begins where the one before ended, and the last one at the credit."""
    balances, lines = row["balances"], row["ledger"]
    money = Money()
    yield sparkline(balances, width)
    shown = balances[-width:]
    count = plural(len(shown) - 1, "entry", "entries")
    yield f"lowest {money.text(min(shown), row)}, highest {money.text(max(shown), row)}, {count}"
    broken = sum(1 for earlier, later in pairwise(lines) if earlier[1] != later[0])
    if broken:
        verb = "doesn't" if broken == 1 else "don't"
        yield f"{broken} of these entries {verb} follow on from the previous entry's balance."
    if row["customer_credit"] != row["ledger_end"]:
        end, credit = (money.text(row[name], row) for name in ("ledger_end", "customer_credit"))
        yield f"The ledger ends at {end}, but the customer's credit is {credit}: check the customer's billing."
    elif not broken:
        every = "The only entry adds" if len(lines) == 1 else f"These {len(lines)} entries add"
        yield f"{every} up, and the ledger matches the customer's credit."


def in_words(row: Row) -> str:
    """Whether the customer owed something after this line."""
    return balance_words(row["balance_after"], row["currency"])


PAGE = Page(
    rows=entries,
    columns=(
        Column("at", Time(seconds=False), title="Time", width=16, group="Entry"),
        Column("customer", width=14, link="customers", priority=1),
        Column("kind", Choice(StatementKind, KINDS), title="Type", width=10, priority=3),
        Column("description", width=26),
        Column("debit", Money(exact=True), width=13, group="Money", priority=1),
        Column("credit", Money(exact=True), width=13, priority=1),
        Column("balance_after", Money(exact=True), title="Balance", width=14, priority=1),
        Column("balance_before", Money(exact=True), title="Balance before", width=16, priority=3),
        Column("currency", width=5, shown=False),
        Column("transaction", width=16, link="transactions", group="Source"),
        Column("cdr", Integer(), title="Call", width=9, link="cdr", priority=3),
        Column("sequence", Integer(), title="Entry no.", shown=False),
        Column("id", Identifier(), shown=False),
    ),
    search=("description",),
    sort="-at",
    detail=ledger,
    facts=(Fact("Balance explained", in_words, "Money"),),
    drawings=(Drawing("Running balance", lambda row, width: curve(row, width)),),
    panels=(
        Panel(
            "Payments",
            "payments",
            "transaction_id",
            "transaction_id",
            columns=("at", "amount", "state", "failure_code"),
        ),
        Panel(
            "Items",
            "transaction-items",
            "transaction_id",
            "transaction_id",
            columns=("description", "quantity", "total"),
        ),
    ),
    title=lambda row: f"{row['customer']}, entry {row['sequence']}",
    actions=(EXPLAIN_CHARGE, adjust_action("statements", "Ledger"), MONTH_TOTALS, CHECK_LEDGERS),
    table="statement_entries",
    empty="No credit movements yet.",
)
