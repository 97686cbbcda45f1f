"""Erases a customer in short transactions; can be interrupted anywhere and run again.

Nothing here goes through a unit of work, since its history would have what is erased. The entry that says who erased
comes first, so that the audit chain holds in the middle, too.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Column, Connection, Table, case, delete, func, insert, not_, null, select, update

from partnertui.db.audit_verification import ERASED
from partnertui.db.database import Database
from partnertui.db.models import Base, Customer, History, Partner, VaultKey
from partnertui.db.models.base import now, table_of
from partnertui.db.privacy.deleted_data_remnants import remove_leftovers
from partnertui.db.privacy.erased_history import erase_entries_of, erase_unowned_entries
from partnertui.db.privacy.erasure_plan import Plan, traffic_span
from partnertui.db.privacy.personal_tables import KEPT, Kept, personal_tables, rows_of
from partnertui.db.rows.type_aliases import Expression
from partnertui.db.secure_deletion import overwrite_deleted
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.domain.privacy.retention_laws import traffic_law

BATCH = 1_000
SHORTENED = "xxx"
"""What the last three digits of a number become, as on itemised bills (§ 11 TDDDG)."""
Report = Callable[[str, int], None]


def require_admin(operator: Operator) -> None:
    """Raises NotAllowed for all but admins."""
    if operator.role != Role.ADMIN:
        raise NotAllowed("Only admins can erase customers.", advice="Ask an admin.")


def erase(
    database: Database, plan: Plan, operator: Operator, report: Report = lambda table, rows: None
) -> dict[str, int]:
    """Erases a customer by its plan; returns how many rows were deleted or overwritten, by table.

    Raises DomainError if anything refuses it, NotAllowed, DatabaseError.
    """
    require_admin(operator)
    if plan.refusals:
        raise DomainError(plan.refusals[0], advice="Nothing was erased.")
    database.write(lambda connection: _say_who(connection, plan.customer_id, operator))
    keep_numbers_from = now() - traffic_span(plan.traffic)
    done: dict[str, int] = {}
    for table in personal_tables():
        count = 0
        for which, work in _works(table, KEPT.get(table.name), keep_numbers_from):
            count += in_batches(database, table, rows_of(table, plan.customer_id) & which, work)
        if count:
            done[table.name] = count
            report(table.name, count)
    done["history"] = erase_entries_of(database, plan.customer_id)
    report("history", done["history"])
    keys = table_of(VaultKey)
    done[keys.name] = database.write(
        lambda connection: connection.execute(delete(keys).where(keys.c.owner_id == plan.customer_id)).rowcount
    )
    remove_leftovers(database)
    return done


def _say_who(connection: Connection, customer_id: int, operator: Operator) -> None:
    """Adds the entry that says who erased, to the customer's chain and to that of what belonged to nobody, once."""
    entries = table_of(History).c
    about = (entries.object_table == "customers", entries.object_id == customer_id, entries.action == ERASED)
    if connection.scalar(select(entries.id).where(*about).limit(1)) is not None:
        return
    partner = connection.scalar(select(Base.metadata.tables["customers"].c.partner_id).filter_by(id=customer_id))
    entry = {
        "at": now(),
        "operator_id": operator.id,
        "operator_name": operator.name,
        "object_table": "customers",
        "object_id": customer_id,
        "action": ERASED,
        "changes": {"personal data": [None, "erased"]},
    }
    owners = ({"customer_id": customer_id, "partner_id": partner}, {"customer_id": None, "partner_id": None})
    connection.execute(insert(History), [{**entry, **owner} for owner in owners])


Work = tuple[Expression, Callable[[Connection, Table, Sequence[int]], None]]


def _works(table: Table, kept: Kept | None, keep_numbers_from: datetime) -> Iterator[Work]:
    """What is done to a table's rows: which of them, and how."""
    everything = table.c.id.is_not(None)
    if kept is None:
        yield everything, _delete
        return
    only = kept.only(table) if kept.only else None
    if only is not None:
        yield not_(only), _delete
    values = {**kept.clear, **(_shortened(table, keep_numbers_from) if table.name == "cdrs" else {})}
    if values:
        if "version" in table.c:
            values["version"] = table.c.version + 1

        def overwrite(connection: Connection, table: Table, ids: Sequence[int]) -> None:
            erase_unowned_entries(connection, table, ids)
            connection.execute(update(table).where(table.c.id.in_(ids)).values(values))

        yield (everything if only is None else only), overwrite


def _shortened(cdrs: Table, keep_from: datetime) -> dict[str, object]:
    """The numbers of calls without their last three digits, or nothing of them where the bill can't be disputed."""

    def value(column: Column[str]) -> Expression:
        short = func.substr(column, 1, func.length(column) - len(SHORTENED)).concat(SHORTENED)
        return case(
            (cdrs.c.started_at < keep_from, null()),
            # So that a run that goes on where another was ended shortens nothing twice.
            (column.endswith(SHORTENED), column),
            (func.length(column) <= 2 * len(SHORTENED), null()),  # extensions: nothing would be hidden
            else_=short,
        )

    return {name: value(cdrs.c[name]) for name in ("source_number", "destination_number")}


def _delete(connection: Connection, table: Table, ids: Sequence[int]) -> None:
    """Deletes rows, after taking them out of rows of others that refer to them."""
    erase_unowned_entries(connection, table, ids)
    for other in Base.metadata.tables.values():
        for column in other.columns:
            if column.nullable and any(key.column.table is table for key in column.foreign_keys):
                connection.execute(update(other).where(column.in_(ids)).values({column.name: None}))
    connection.execute(delete(table).where(table.c.id.in_(ids)))


def clear_old_numbers(database: Database, country: str) -> int:
    """Removes the shortened numbers of erased customers' calls whose bill can't be disputed any more; returns how many.

    `country` is the seller's where a customer has no partner. Raises DatabaseError.
    """
    cdrs = Base.metadata.tables["cdrs"]
    erased = select(History.customer_id).where(
        History.object_table == "customers", History.action == ERASED, History.customer_id.is_not(None)
    )
    query = select(Customer.id, Partner.country).outerjoin(Partner, Partner.id == Customer.partner_id)
    customers = database.read(lambda connection: connection.execute(query.where(Customer.id.in_(erased))).all())
    numbers = {"source_number": None, "destination_number": None}

    def clear(connection: Connection, table: Table, ids: Sequence[int]) -> None:
        connection.execute(update(table).where(table.c.id.in_(ids)).values(numbers))

    count = 0
    for customer in customers:
        before = now() - traffic_span(traffic_law(customer.country or country))
        has_number = cdrs.c.source_number.is_not(None) | cdrs.c.destination_number.is_not(None)
        old = (cdrs.c.customer_id == customer.id) & (cdrs.c.started_at < before) & has_number
        count += in_batches(database, cdrs, old, clear)
    return count


def in_batches(
    database: Database,
    table: Table,
    condition: Expression,
    work: Callable[[Connection, Table, Sequence[int]], None],
) -> int:
    """Does the work with all rows that fit, BATCH to a transaction; returns how many there were."""
    # IDs alone, eight bytes each: a customer may have millions of calls.
    ids = database.read(
        lambda connection: array("q", connection.scalars(select(table.c.id).where(condition))), deadline=600
    )

    def step(connection: Connection, part: Sequence[int]) -> None:
        overwrite_deleted(connection)
        work(connection, table, part)

    for begin in range(0, len(ids), BATCH):
        part = ids[begin : begin + BATCH].tolist()
        database.write(partial(step, part=part))
    return len(ids)
