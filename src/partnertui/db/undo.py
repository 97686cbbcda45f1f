"""Undoes the last change of records, by restoring former values from history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, select

from partnertui.db.change_history import MASK, NO_CHANGES, history_value
from partnertui.db.customers import NOT_ASKED, follow_undo
from partnertui.db.models import Base, Customer, History, Ticket, load_all
from partnertui.db.models.base import table_of
from partnertui.db.models.types import Utc
from partnertui.db.tickets.undo_follow_up import follow_ticket_undo
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator

NEVER_UNDONE = frozenset(
    {
        "payments",
        "payment_corrections",
        "transactions",
        "transaction_items",
        "refunds",
        "statement_entries",
        "ticket_messages",
    }
)
"""Tables whose rows are records of what happened: they are put right by a new row."""
SUMS = frozenset({"pending_ddis"})
"""Tables whose rows sum up others, which would stay as they are."""
LINKS = frozenset({"registrations"})
"""Tables whose changes made rows elsewhere, which would stay."""
BALANCES = frozenset({"credit", "unlimited_minutes_left", "refunded"})
"""Columns that move by ledger lines."""
ITEM_STATE = frozenset({"state", "payment_id"})
"""Columns of basket items that payments write."""
BESIDE = {"tickets": frozenset({"tags"})}
"""What is changed together with a row, but isn't a column of it, by table."""
DERIVED = {
    "tickets": frozenset(
        {
            *("priority_rank", "solved_at", "closed_at", "first_answer_due_at", "solution_due_at"),
            *("sla_due_at", "sla_warn_at", "sla_paused_since", "sla_paused_seconds"),
        }
    )
}
"""Columns that follow from others, by table."""
LABELS = ("name", "company", "number", "subject", "description")
"""Columns that say what a row is called, the best first."""
TOUCHED = frozenset({"last_update_at", "last_update_by", "edited_at"})
"""Columns that say when and by whom, which stay as they are."""


@dataclass(frozen=True)
class LastChange:
    """The last change of a record; `changes` is {field: (value before, value after)} as history stores them."""

    table: str
    record: int
    at: datetime
    changes: dict[str, tuple[Any, Any]]
    names: dict[str, tuple[str, str]]
    """What the row before and the row after is called, by field: of those that refer to another table."""

    @property
    def told(self) -> dict[str, tuple[Any, Any]]:
        """The changes without those that follow from others, such as the clock of an SLA from the state."""
        derived = DERIVED.get(self.table, frozenset())
        return {name: values for name, values in self.changes.items() if name not in derived} or self.changes


def last_changes(connection: Connection, operator: Operator, table: str, records: Sequence[int]) -> list[LastChange]:
    """The operator's last change of each record. Raises DomainError with the reason if one can't be taken back."""
    if table in NEVER_UNDONE:
        raise DomainError("Changes to these rows can't be undone.", advice="Make the correction in a new row.")
    if table in SUMS:
        raise DomainError(
            "An order's state depends on its numbers, so a change of state can't be undone on its own.",
            advice="Advance, edit or reject the numbers.",
        )
    if table in LINKS:
        raise DomainError("Converting a sign-up can't be undone: the customer would remain.")
    return [_last_change(connection, operator, table, record) for record in records]


def _last_change(connection: Connection, operator: Operator, table: str, record: int) -> LastChange:
    entry = connection.execute(
        select(History.operator_id, History.operator_name, History.action, History.at, History.changes)
        .where(History.object_table == table, History.object_id == record, History.action.not_in(NO_CHANGES))
        .order_by(History.id.desc())
        .limit(1)
    ).first()
    if entry is None:
        raise DomainError("Nothing has been changed here yet, so there is nothing to undo.")
    when = f"{entry.at.astimezone():%d %b %H:%M}"
    if entry.operator_id != operator.id:
        raise DomainError(
            f"The last change was made by {entry.operator_name} on {when}.", advice="Ask them, or edit the record."
        )
    if entry.action != "changed":
        raise DomainError(f"You {entry.action} this on {when}; that can't be undone.")
    found = {name: change for name, change in entry.changes.items() if name not in TOUCHED | NOT_ASKED.keys()}
    if not entry.changes or not all(isinstance(change, list) and len(change) == 2 for change in found.values()):
        raise DomainError("The history of the last change can't be read, so the change can't be undone.")
    changes = {name: (old, new) for name, (old, new) in found.items()}
    _require_undoable(table, changes)
    return LastChange(table, record, entry.at, changes, _names(connection, table, changes))


def _names(connection: Connection, table: str, changes: dict[str, tuple[Any, Any]]) -> dict[str, tuple[str, str]]:
    columns = table_of(_model(table)).c
    found = {}
    for name, (old, new) in changes.items():
        if name not in columns:
            continue
        others = [key.column.table for key in columns[name].foreign_keys]
        label = next((other.c[label] for other in others for label in LABELS if label in other.c), None)
        if label is not None:
            before, after = (_label(connection, label, key) for key in (old, new))
            found[name] = (before, after)
    return found


def _label(connection: Connection, label: Column[Any], key: int | None) -> str:
    if key is None:
        return ""
    found = connection.execute(select(label).where(label.table.c.id == key)).scalar()
    return str(key) if found is None else str(found)


def _require_undoable(table: str, changes: dict[str, tuple[Any, Any]]) -> None:
    columns = table_of(_model(table)).c
    for name, (old, new) in changes.items():
        if name in BESIDE.get(table, ()):
            continue
        if name not in columns:
            # an event in the history of the record, such as a chat that was read
            what = name.replace("_", " ")
            raise DomainError(f"The last event is “{what}”; only changes to fields can be undone.")
        if table == "basket_items" and name in ITEM_STATE:
            raise DomainError(
                "An item's state depends on its payment and due date, so a change of state can't be undone.",
                advice="Edit the item, or change the payment.",
            )
        if name in BALANCES:
            raise DomainError(
                "A balance change can't be undone; balances only change through ledger entries.",
                advice="Adjust it instead.",
            )
        if MASK in (old, new):
            raise DomainError("A secret was changed; its previous value isn't kept.", advice="Enter it again.")
        if isinstance(columns[name].type, LargeBinary):
            raise DomainError("A file was changed; the history doesn't keep its contents.", advice="Edit it instead.")


def undo(unit: UnitOfWork, changes: Sequence[LastChange]) -> int:
    """Gives records their former values; returns how many. Raises DomainError if one was changed since."""
    for change in changes:
        obj = unit.get(_model(change.table), change.record, lock=True)
        columns = table_of(type(obj)).c
        for name, (old, new) in change.changes.items():
            if name not in columns:
                continue
            if history_value(obj, name, getattr(obj, name)) != new:
                raise DomainError(
                    f"{name.replace('_', ' ').capitalize()} has been changed since, so nothing was undone.",
                    advice="Refresh, then check the history.",
                )
            is_time = isinstance(columns[name].type, Utc) and old is not None
            setattr(obj, name, datetime.fromisoformat(old) if is_time else old)
        if isinstance(obj, Customer):
            follow_undo(unit, obj, change.changes)
        if isinstance(obj, Ticket):
            follow_ticket_undo(unit, obj, change.changes)
    return len(changes)


def _model(table: str) -> type[Base]:
    load_all()
    models: list[type[Base]] = [mapper.class_ for mapper in Base.registry.mappers]
    return next(model for model in models if model.__tablename__ == table)
