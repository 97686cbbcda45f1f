"""Checks every customer's credit ledger: each line continues the one before, and the last equals the credit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Over, case, func, select
from sqlalchemy.sql.functions import FunctionElement

from partnertui.db.database import Database
from partnertui.db.models import Customer, StatementEntry
from partnertui.db.query_cancellation import Cancel
from partnertui.db.rows.type_aliases import Query, ResultRow
from partnertui.domain.money import format_money
from partnertui.domain.plurals import plural

CUSTOMERS_PER_READ = 200
"""Customers whose ledgers one query reads: each has a snapshot of its own, so that no long one holds up VACUUM."""
LONGEST_READ = 60.0
"""Seconds for the ledgers of these customers."""
MOST_KEPT = 1_000
"""Differences that are kept; all are counted."""


@dataclass(frozen=True)
class LedgerProblem:
    """What is wrong with a customer's ledger."""

    customer_id: int
    company: str
    text: str


@dataclass
class LedgerReport:
    """How much was looked at, and what differs."""

    customers: int = 0
    lines: int = 0
    wrong: int = 0
    """Customers whose ledger is wrong."""
    problems: list[LedgerProblem] = field(default_factory=list)

    def words(self) -> str:
        """The outcome in a sentence."""
        looked_at = f"{plural(self.customers, 'ledger')} with {plural(self.lines, 'entry', 'entries')}"
        if not self.wrong:
            return f"{looked_at}: all entries add up, and each closing balance matches the customer's credit."
        return f"{looked_at}: {self.wrong:,} {'ledger is' if self.wrong == 1 else 'ledgers are'} wrong."


def check_ledgers(
    database: Database,
    *,
    partner_id: int | None = None,
    customer_id: int | None = None,
    cancel: Cancel | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> LedgerReport:
    """Checks the ledgers of all customers, of a partner's, or of one; `tell` gets how many of how many are done.

    Raises QueryCancelled, or another DatabaseError.
    """
    report, after = LedgerReport(), 0
    chosen: list[ColumnElement[bool]] = [Customer.partner_id == partner_id] if partner_id is not None else []
    chosen += [Customer.id == customer_id] if customer_id is not None else []
    count = select(func.count()).select_from(Customer).where(*chosen)
    total = database.read(lambda connection: connection.execute(count).scalar_one(), cancel=cancel)
    while True:
        wanted = select(Customer.id).where(Customer.id > after, *chosen).order_by(Customer.id).limit(CUSTOMERS_PER_READ)

        def work(connection: Connection, wanted: Query = wanted) -> list[ResultRow]:
            keys = list(connection.execute(wanted).scalars())
            return list(connection.execute(_ledgers(keys[0], keys[-1], chosen))) if keys else []

        found = database.read(work, cancel=cancel, deadline=LONGEST_READ, steady=True)
        if not found:
            return report
        for row in found:
            _note(report, row)
        after = found[-1].id
        tell(report.customers, total)


def _ledgers(first: int, last: int, chosen: list[ColumnElement[bool]]) -> Query:
    """A row a customer: the lines, where its ledger ends, and the first line that is wrong in each way."""
    line = StatementEntry

    def in_order(function: FunctionElement[int]) -> Over[int]:
        return function.over(partition_by=line.customer_id, order_by=line.sequence)

    lines = (
        select(
            line.customer_id,
            line.sequence,
            line.balance_after,
            line.currency,
            # 0 before the first line: a ledger begins without credit.
            case((line.balance_before != in_order(func.lag(line.balance_after, 1, 0)), line.sequence)).label("gap"),
            case((line.sequence != in_order(func.row_number()), line.sequence)).label("missing"),
            case((line.balance_after != line.balance_before + line.credit - line.debit, line.sequence)).label("sum"),
            case((in_order(func.lead(line.id)).is_(None), line.balance_after)).label("end"),
        )
        .where(line.customer_id.between(first, last))
        .subquery()
    )
    sums = (
        select(
            lines.c.customer_id,
            func.count().label("lines"),
            func.min(lines.c.gap).label("gap"),
            func.min(lines.c.missing).label("missing"),
            func.min(lines.c.sum).label("sum"),
            func.max(lines.c.end).label("end"),
            func.min(lines.c.currency).label("currency"),
            func.max(lines.c.currency).label("other_currency"),
        )
        .group_by(lines.c.customer_id)
        .subquery()
    )
    own = (Customer.id.between(first, last), *chosen)
    columns = (Customer.id, Customer.company, Customer.credit, Customer.currency.label("customer_currency"))
    return (
        select(*columns, *(column for column in sums.c if column.name != "customer_id"))
        .outerjoin(sums, sums.c.customer_id == Customer.id)
        .where(*own)
        .order_by(Customer.id)
    )


def _note(report: LedgerReport, row: ResultRow) -> None:
    report.customers += 1
    report.lines += row.lines or 0
    texts = list(_problems(row))
    report.wrong += bool(texts)
    for text in texts[: max(0, MOST_KEPT - len(report.problems))]:
        report.problems.append(LedgerProblem(row.id, row.company, text))


def _problems(row: ResultRow) -> Iterator[str]:
    currency = row.customer_currency
    if row.sum is not None:
        yield f"Entry {row.sum} doesn't add up."
    if row.missing is not None:
        yield f"Entries are missing before entry {row.missing}."
    if row.gap is not None:
        yield f"Entry {row.gap} doesn't start from the previous entry's balance."
    if row.lines and {row.currency, row.other_currency} != {currency}:
        other = next(one for one in (row.currency, row.other_currency) if one != currency)
        yield f"There are entries in {other}, but the customer's currency is {currency}."
    end = row.end or 0
    if end != row.credit:
        ledger, credit = (format_money(amount, currency, exact=True) for amount in (end, row.credit))
        yield f"The ledger ends at {ledger}, but the credit is {credit}."
