"""Changes a customer's credit together with its ledger: one line, one new balance, one unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select, update

from partnertui.db.change_history import record_values
from partnertui.db.models import Customer, StatementEntry
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import StatementKind
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Role
from partnertui.domain.pstn_credit import WEEK, Pace, adjusted, checked_adjustment

PACE_LINES = 5_000
"""Lines of the ledger that the pace is worked out from, at most: the newest of the week."""
SPENDING = (StatementKind.CALL, StatementKind.DDI_FEE)


@dataclass(frozen=True)
class LedgerLine:
    """A line to be written: its kind, words, what it adds (below zero: deducts), and the call or sale it is about."""

    kind: StatementKind
    description: str
    amount: int
    at: datetime
    cdr_id: int | None = None
    transaction_id: int | None = None


def load_credit(connection: Connection, customer_id: int) -> RowDict:
    """Company, credit, limit and currency; raises DomainError if there is no such customer."""
    columns = (Customer.company, Customer.credit, Customer.credit_limit, Customer.currency)
    row = connection.execute(select(*columns).where(Customer.id == customer_id)).mappings().first()
    if row is None:
        raise DomainError("This customer was deleted.")
    return dict(row)


def adjust_credit(
    work: UnitOfWork, customer_id: int, amount: int | None, reason: str | None, at: datetime
) -> list[int]:
    """Adds an amount to the credit, or deducts it, with its ledger line; returns the credit before and after.

    Raises DomainError if the amount or the reason isn't valid, or the ledger doesn't end at the credit, so that a line
    would hide that; NotAllowed for partners.
    """
    require_staff(work)
    amount, reason = checked_adjustment(amount, reason)
    customer = work.get(Customer, customer_id, lock=True)
    if read_ledger_balance(work.session.connection(), customer_id) != customer.credit:
        raise DomainError(
            "The ledger doesn't match the credit, so nothing was adjusted.", advice="Run “Check billing” first."
        )
    return write_line(work, customer, LedgerLine(StatementKind.ADJUSTMENT, reason, amount, at))


def require_staff(work: UnitOfWork) -> None:
    """Raises NotAllowed for partners: money of their customers is the provider's."""
    if work.operator.role == Role.PARTNER:
        raise NotAllowed("Partners can't change credit.", advice="Ask support.")


def write_line(work: UnitOfWork, customer: Customer, line: LedgerLine) -> list[int]:
    """Writes a ledger line and changes the credit by it; returns the credit before and after.

    The customer must be locked. The version isn't raised, as calls don't raise it: a balance is no field of the form.
    """
    before = customer.credit
    after = adjusted(before, line.amount)
    _add_line(work, customer, line, before, after)
    record_values(work.session, customer, "changed", {"credit": after})
    work.session.execute(
        update(Customer).where(Customer.id == customer.id).values(credit=after),
        execution_options={"synchronize_session": False},
    )
    work.session.expire(customer, ["credit"])
    return [before, after]


def write_missing_line(work: UnitOfWork, customer: Customer, line: LedgerLine) -> None:
    """Writes the line that leads from the ledger's last balance to the credit, which stays as it is."""
    before = read_ledger_balance(work.session.connection(), customer.id)
    _add_line(work, customer, line, before, adjusted(before, line.amount))


def _add_line(work: UnitOfWork, customer: Customer, line: LedgerLine, before: int, after: int) -> None:
    sequence = select(func.max(StatementEntry.sequence)).where(StatementEntry.customer_id == customer.id)
    work.add(
        StatementEntry(
            customer_id=customer.id,
            partner_id=customer.partner_id,
            at=line.at,
            sequence=(work.session.scalar(sequence) or 0) + 1,
            kind=line.kind,
            description=line.description,
            debit=max(0, -line.amount),
            credit=max(0, line.amount),
            balance_before=before,
            balance_after=after,
            currency=customer.currency,
            cdr_id=line.cdr_id,
            transaction_id=line.transaction_id,
        )
    )
    work.session.flush()


def read_ledger_balance(connection: Connection, customer_id: int) -> int:
    """Where the ledger ends; 0 if it has no line."""
    last = (
        select(StatementEntry.balance_after)
        .where(StatementEntry.customer_id == customer_id)
        .order_by(StatementEntry.sequence.desc())
        .limit(1)
    )
    return connection.execute(last).scalar() or 0


def weekly_pace(connection: Connection, customer_id: int, now: datetime) -> Pace:
    """What calls and numbers cost within the last seven days; of very many lines, the newest decide."""
    spent, count, first = connection.execute(pace_lines(customer_id, now)).one()
    return Pace(int(spent or 0), now - first if first is not None and count == PACE_LINES else WEEK)


def pace_lines(customer_id: int, now: datetime) -> Select[int | None, int, datetime | None]:
    """What the lines of the week sum up to, how many there are, and when the first of them was written."""
    lines = (
        select((StatementEntry.debit - StatementEntry.credit).label("debit"), StatementEntry.kind, StatementEntry.at)
        .where(StatementEntry.customer_id == customer_id, StatementEntry.at > now - WEEK)
        .order_by(StatementEntry.at.desc())
        .limit(PACE_LINES)
        .subquery()
    )
    spent = func.sum(lines.c.debit).filter(lines.c.kind.in_(SPENDING))
    return select(spent, func.count(), func.min(lines.c.at))
