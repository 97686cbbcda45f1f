"""Billing checks of the credit ledger: whether it adds up, and whether anything was charged twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from partnertui.db.billing_checks.check_declaration import MOST_FOUND, Account, BillingCheck, Finding
from partnertui.db.credit import LedgerLine, read_ledger_balance, write_line, write_missing_line
from partnertui.db.models import Customer, Payment, StatementEntry
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import PaymentState, StatementKind
from partnertui.domain.duration_text import span_words
from partnertui.domain.errors import DomainError
from partnertui.domain.money import format_money

LOOKED_BACK = timedelta(days=90)
"""How far back duplicate charges are looked for."""
TWICE = timedelta(minutes=10)
"""Two payments of the same amount within this time are likely one too many."""
PAYMENTS_READ = 500


def ends_elsewhere(connection: Connection, account: Account) -> Iterator[Finding]:
    """The difference between the credit and the balance that the ledger ends with."""
    credit, currency = account.row["credit"], account.row["currency"]
    end = read_ledger_balance(connection, account.id)
    if end == credit:
        return
    missing = format_money(credit - end, currency, exact=True)
    text = f"The ledger ends at {format_money(end, currency, exact=True)}, but the credit is "
    text += f"{format_money(credit, currency, exact=True)}."
    fix = f"Adds the missing entry of {missing} to the ledger; the credit isn't changed."
    yield Finding(account.id, text, fix, amount=credit - end)


def add_missing_line(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Leads the ledger to the credit."""
    line = LedgerLine(
        StatementKind.ADJUSTMENT, "Correction: credit changed without a ledger entry", finding.amount, now
    )
    write_missing_line(work, customer, line)


def gaps(connection: Connection, account: Account) -> Iterator[Finding]:
    """Lines that don't start with the balance of the line before."""
    earlier = func.lag(StatementEntry.balance_after).over(order_by=StatementEntry.sequence)
    lines = (
        select(StatementEntry.id, StatementEntry.sequence, StatementEntry.balance_before, earlier.label("earlier"))
        .where(StatementEntry.customer_id == account.id)
        .subquery()
    )
    broken = select(lines).where(lines.c.earlier != lines.c.balance_before).order_by(lines.c.sequence).limit(MOST_FOUND)
    currency = account.row["currency"]
    for row in connection.execute(broken):
        before, after = (format_money(amount, currency, exact=True) for amount in (row.earlier, row.balance_before))
        yield Finding(
            row.id,
            f"Entry {row.sequence} starts at {after}, but the entry before it ends at {before}.",
            screen="statements",
        )


def charged_twice(connection: Connection, account: Account) -> Iterator[Finding]:
    """Calls with more than one charge in the ledger that isn't paid back yet."""
    debit = func.sum(StatementEntry.debit - StatementEntry.credit) - func.max(StatementEntry.debit)
    statement = (
        select(StatementEntry.cdr_id, debit.label("excess"), func.max(StatementEntry.id).label("line"))
        .where(
            StatementEntry.customer_id == account.id,
            StatementEntry.at > account.now - LOOKED_BACK,
            StatementEntry.cdr_id.is_not(None),
        )
        .group_by(StatementEntry.cdr_id)
        .having(debit > 0)
        .order_by(StatementEntry.cdr_id)
        .limit(MOST_FOUND)
    )
    for row in connection.execute(statement):
        excess = int(row.excess)
        amount = format_money(excess, account.row["currency"], exact=True)
        text = f"Call {row.cdr_id} was charged more than once: {amount} too much."
        yield Finding(
            row.cdr_id, text, f"Refunds {amount}, with an entry in the ledger.", "cdr", amount=excess, value=row.line
        )


def pay_back(work: UnitOfWork, customer: Customer, finding: Finding, now: datetime) -> None:
    """Pays back what was charged too much for a call."""
    if read_ledger_balance(work.session.connection(), customer.id) != customer.credit:
        raise DomainError("The ledger doesn't match the credit.", advice="Tick the fix for that as well.")
    text = f"Call {finding.row_id} was charged more than once"
    write_line(work, customer, LedgerLine(StatementKind.REFUND, text, finding.amount, now, finding.row_id))


def paid_twice(connection: Connection, account: Account) -> Iterator[Finding]:
    """Payments of the same amount in quick succession, of the newest ones."""
    statement = (
        select(Payment.id, Payment.unique_payment_id, Payment.at, Payment.amount, Payment.currency)
        .where(
            Payment.customer_id == account.id,
            Payment.state == PaymentState.COMPLETED,
            Payment.at > account.now - LOOKED_BACK,
        )
        .order_by(Payment.at.desc(), Payment.id.desc())
        .limit(PAYMENTS_READ)
    )
    last: dict[tuple[int, str], datetime] = {}
    found = 0
    for row in reversed(connection.execute(statement).all()):
        before = last.get((row.amount, row.currency))
        last[row.amount, row.currency] = row.at
        if before is not None and row.at - before <= TWICE and found < MOST_FOUND:
            found += 1
            amount, seconds = format_money(row.amount, row.currency), (row.at - before).total_seconds()
            text = (
                f"Payment {row.unique_payment_id} of {amount} came {seconds:,.0f} s after another for the same amount."
            )
            yield Finding(row.id, text, screen="payments")


LEDGER_CHECKS = (
    BillingCheck("ledger", "Ledger and credit", "", ends_elsewhere, add_missing_line),
    BillingCheck("gaps", "Gaps in the ledger", "Ledger entries can't be changed: escalate to development.", gaps),
    BillingCheck("calls", f"Calls charged twice in {span_words(LOOKED_BACK)}", "", charged_twice, pay_back),
    BillingCheck(
        "payments",
        f"Duplicate payments in {span_words(LOOKED_BACK)}",
        "Ask the customer; refund the transaction.",
        paid_twice,
    ),
)
