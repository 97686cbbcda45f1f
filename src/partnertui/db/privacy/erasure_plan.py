"""Plans an erasure: what would be deleted, what is kept, under which law and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Table, func, not_, select

from partnertui.db.audit_verification import ERASED
from partnertui.db.models import (
    Cdr,
    Customer,
    History,
    Invoice,
    Partner,
    Payment,
    Refund,
    StatementEntry,
    Transaction,
    VaultKey,
)
from partnertui.db.models.base import Base, table_of
from partnertui.db.privacy.erasure_refusals import refusals
from partnertui.db.privacy.personal_tables import HISTORY, KEPT, Reason, personal_tables, rows_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.domain.privacy.retention_laws import OBLIGATION, AccountsLaw, TrafficLaw, accounts_law, traffic_law

DAYS_OF_MONTH = 30.5
BOOKED: tuple[tuple[type[Base], str], ...] = (
    (Transaction, "at"),
    (Payment, "at"),
    (StatementEntry, "at"),
    (Refund, "requested_at"),
    (Invoice, "issued_at"),
)


@dataclass(frozen=True)
class TablePlan:
    """What happens to a customer's rows of a table; `kept` is None for those that are deleted."""

    table: str
    rows: int
    kept: Reason | None


@dataclass(frozen=True)
class Plan:
    """An erasure before it is done."""

    customer_id: int
    company: str
    refusals: tuple[str, ...]
    tables: tuple[TablePlan, ...]
    accounts: AccountsLaw
    accounts_until: date | None
    """None where nothing is booked."""
    traffic: TrafficLaw
    traffic_until: date | None
    """Until when numbers of the last call may be kept; None where there are no calls."""

    def words_of(self, reason: Reason) -> str:
        """Why rows stay, with the law and the day on which it ends."""
        if reason is Reason.ACCOUNTS:
            until = f", until {self.accounts_until}" if self.accounts_until else ""
            return f"{self.accounts.name}{until}; {OBLIGATION}"
        if reason is Reason.TRAFFIC:
            return (
                f"durations and charges by {self.accounts.name}; numbers by {self.traffic.name}, shortened by three"
                f" digits until {self.traffic_until}, then removed"
            )
        return "statistics without personal data"


def plan_erasure(connection: Connection, customer_id: int, country: str) -> Plan:
    """Counts what erasing a customer would do; `country` is the seller's where the customer has no partner."""
    company, partner_country = connection.execute(
        select(Customer.company, Partner.country)
        .outerjoin(Partner, Partner.id == Customer.partner_id)
        .where(Customer.id == customer_id)
    ).one()
    accounts, traffic = accounts_law(partner_country or country), traffic_law(partner_country or country)
    booked = max((day for day in (_latest(connection, *one, customer_id) for one in BOOKED) if day), default=None)
    called = _latest(connection, Cdr, "started_at", customer_id)
    return Plan(
        customer_id,
        company,
        tuple(refusals(connection, customer_id)),
        tuple(_table_plans(connection, customer_id)),
        accounts,
        accounts.until(booked.date()) if booked else None,
        traffic,
        (called + traffic_span(traffic)).date() if called else None,
    )


def traffic_span(law: TrafficLaw) -> timedelta:
    """How long after its call a number may be kept."""
    return timedelta(days=round(law.months * DAYS_OF_MONTH))


def _latest(connection: Connection, model: type[Base], column: str, customer_id: int) -> datetime | None:
    table = table_of(model)
    found: datetime | None = connection.scalar(
        select(func.max(table.c[column], type_=table.c[column].type)).where(table.c.customer_id == customer_id)
    )
    return found


def _table_plans(connection: Connection, customer_id: int) -> list[TablePlan]:
    found: list[TablePlan] = []
    for table in personal_tables():
        kept, all_rows = KEPT.get(table.name), rows_of(table, customer_id)
        if kept is None:
            found.append(TablePlan(table.name, _count(connection, table, all_rows), None))
            continue
        only = kept.only(table) if kept.only else None
        found.append(
            TablePlan(table.name, _count(connection, table, all_rows if only is None else all_rows & only), kept.reason)
        )
        if only is not None:
            found.append(TablePlan(table.name, _count(connection, table, all_rows & not_(only)), None))
    entries = table_of(History)
    unerased = (entries.c.customer_id == customer_id) & entries.c.changes_hash.is_(None) & (entries.c.action != ERASED)
    found.append(TablePlan(HISTORY, _count(connection, entries, unerased), None))
    keys = table_of(VaultKey)
    found.append(TablePlan(keys.name, _count(connection, keys, keys.c.owner_id == customer_id), None))
    return [one for one in found if one.rows]


def _count(connection: Connection, table: Table, condition: Expression) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
