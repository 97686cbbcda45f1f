"""Reconstructs a record as of a moment, by reverting later history entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.change_history import history_value
from partnertui.db.models import Base, Customer, Ddi, History, User, load_all
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.operators import Operator, Role

MOST_ENTRIES = 10_000


@dataclass(frozen=True)
class Past:
    """A record at a moment; `values` are as history stores them, None where it didn't exist then."""

    table: str
    record: int
    at: datetime
    values: RowDict | None
    changes_since: int
    """Entries that were taken back."""
    last_changed_at: datetime | None = None
    """The last change until then that history has."""
    last_changed_by: str = ""


def model_of(table: str) -> type[Base] | None:
    """The mapped class of a table; None for one that isn't ours."""
    load_all()
    found = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return found.get(table)


def record_as_of(
    connection: Connection, model: type[Base], record: int, at: datetime, operator: Operator | None = None
) -> Past | None:
    """The record at a moment; None if neither table nor history has it, or it is another partner's.

    Only what history records is taken back: what the platform's own programs write without it is as it is now.
    """
    table = table_of(model)
    row = connection.execute(select(model).where(table.c.id == record)).mappings().first()
    entries = (
        select(History.at, History.operator_name, History.action, History.changes, History.partner_id)
        .where(History.object_table == table.name, History.object_id == record)
        .order_by(History.id.desc())
        .limit(MOST_ENTRIES)
    )
    found = connection.execute(entries).all()
    if row is None and not found:
        return None
    owner = row.get("partner_id") if row is not None else found[0].partner_id
    if operator is not None and operator.role == Role.PARTNER and owner != operator.partner_id:
        return None
    values = _stored(model, dict(row)) if row is not None else None
    since = [entry for entry in found if entry.at > at]
    for entry in since:
        values = _before(values, entry.action, entry.changes)
    before = found[len(since)] if len(since) < len(found) else None
    if before is None and found and found[-1].action == "created":
        values = None
    changed = {} if before is None else {"last_changed_at": before.at, "last_changed_by": before.operator_name}
    return Past(table.name, record, at, values, len(since), **changed)


def _before(values: RowDict | None, action: str, changes: RowDict) -> RowDict | None:
    """The values before an entry."""
    if action == "created":
        return None
    former = {name: pair[0] for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2}
    if action == "deleted":
        return former
    return {**(values or {}), **{name: old for name, old in former.items() if values is None or name in values}}


def _stored(model: type[Base], row: RowDict) -> RowDict:
    """A row's values as history would have stored them."""
    obj = model()
    return {name: history_value(obj, name, value) for name, value in row.items()}


@dataclass(frozen=True)
class NumberHolder:
    """Whose a number was at a moment, and where it was routed."""

    past: Past
    customer: str
    """"" for nobody."""
    route: str
    """Kind and target in words."""


def number_as_of(connection: Connection, number: str, at: datetime, operator: Operator | None) -> NumberHolder | None:
    """Who had a number (E.164 digits) at a moment; None if it isn't known, or not to the operator."""
    record = connection.scalar(select(Ddi.id).where(Ddi.number == number))
    past = record_as_of(connection, Ddi, record, at, operator) if record is not None else None
    if past is None:
        return None
    values = past.values or {}
    company = _customer_then(connection, values.get("customer_id"), at)
    user = connection.scalar(select(User.name).where(User.id == values.get("user_id")))
    target = values.get("target") or user or values.get("target_id")
    kind = values.get("route_type")
    route = f"{kind} {target}" if target and kind else str(kind or "none")
    return NumberHolder(past, company, route)


def _customer_then(connection: Connection, customer_id: int | None, at: datetime) -> str:
    if customer_id is None:
        return ""
    past = record_as_of(connection, Customer, customer_id, at)
    values = (past.values if past is not None else None) or {}
    return str(values.get("company") or f"customer {customer_id}")
