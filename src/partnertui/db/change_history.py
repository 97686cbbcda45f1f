"""Records who changed what: a History row per object, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, RowMapping, event, inspect, select
from sqlalchemy.orm import InstanceState, Session, UOWTransaction

from partnertui.db.models.base import Base, now, table_of
from partnertui.db.models.program_tables import History
from partnertui.db.rows.type_aliases import JsonObject, Row
from partnertui.domain.operators import Operator, Role

MASK = "•••"
HIDDEN_COLUMNS = frozenset({"id", "version", "slot"})
"""Columns that mean nothing to an agent."""
UNREAD = "unread"
"""Stands for the old value of a secret."""
CHECKED = "checked"
"""The action of an entry about a check by another service."""
OFFERED, FETCHED = "made a copy command", "fetched a copy"
"""The actions of entries about copies that were handed out."""
NO_CHANGES = (CHECKED, OFFERED, FETCHED)
"""What undo passes over."""
MOST_ENTRIES = 500
"""Entries of an owner's history that are looked through."""


def record_changes(session: Session, operator: Operator) -> None:
    """Makes a session record its changes in the operator's name."""
    session.info["operator"] = operator
    event.listen(session, "before_flush", _record_changed_and_deleted)
    event.listen(session, "after_flush", _record_created)


def record_values(session: Session, obj: Base, action: str, values: Row) -> None:
    """Adds an entry about new values that are written without the session, such as a balance or a check's answer."""
    changes = {
        name: [history_value(obj, name, getattr(obj, name)), history_value(obj, name, new)]
        for name, new in values.items()
    }
    session.add(_entry(session, obj, action, changes))


def _record_changed_and_deleted(session: Session, context: UOWTransaction, instances: object) -> None:
    added = session.info.get("added", {})
    # Copies of the sets, which change as entries are added.
    for obj in list(session.dirty):
        if _has_history(obj) and (changes := _changed(obj)):
            changes |= added.pop(obj, {})
            session.add(_entry(session, obj, "changed", changes))
    for obj in list(session.deleted):
        if _has_history(obj):
            session.add(_entry(session, obj, "deleted", {name: [old, None] for name, old in _values(obj)}))
    # Kept for after the flush, when session.new is empty.
    session.info["new"] = [obj for obj in session.new if _has_history(obj)]


def _record_created(session: Session, context: UOWTransaction) -> None:
    # after the flush, because a new object has no ID before; and as an INSERT, because a flush can't add objects
    new = session.info.pop("new", [])
    entries = (_entry(session, obj, "created", created_values(obj)) for obj in new)
    rows = [{key: value for key, value in vars(entry).items() if not key.startswith("_")} for entry in entries]
    if rows:
        session.connection().execute(table_of(History).insert(), rows)


def record_event(session: Session, obj: Base, changes: JsonObject) -> None:
    """Adds an entry to an object's history that isn't a change of its columns; `changes` is {word: [before, after]}."""
    session.add(_entry(session, obj, "changed", changes))


def add_to_change(session: Session, obj: Base, changes: JsonObject) -> None:
    """Adds to the entry about an object's next change what isn't in its columns; `changes` is {word: [before, after]}.

    The object has to be changed in the same unit of work, too.
    """
    session.info.setdefault("added", {}).setdefault(obj, {}).update(changes)


def _has_history(obj: object) -> bool:
    return isinstance(obj, Base) and obj.history


def _entry(session: Session, obj: Base, action: str, changes: JsonObject) -> History:
    operator: Operator = session.info["operator"]
    is_customer = obj.__tablename__ == "customers"
    return History(
        at=now(),
        operator_id=operator.id,
        operator_name=operator.name,
        object_table=obj.__tablename__,
        object_id=obj.id,
        action=action,
        changes=changes,
        customer_id=obj.id if is_customer else getattr(obj, "customer_id", None),
        partner_id=getattr(obj, "partner_id", None),
    )


def created_entry(operator: Operator, sample: Base, key: int, changes: JsonObject) -> JsonObject:
    """The columns of the entry about a new row that was inserted without an object; `sample` is one like it."""
    return {
        "at": now(),
        "operator_id": operator.id,
        "operator_name": operator.name,
        "object_table": sample.__tablename__,
        "object_id": key,
        "action": "created",
        "changes": changes,
        "customer_id": getattr(sample, "customer_id", None),
        "partner_id": getattr(sample, "partner_id", None),
    }


def _changed(obj: Base) -> JsonObject:
    state: InstanceState[Base] = inspect(obj)
    found: JsonObject = {}
    for attribute in state.mapper.column_attrs:
        change = state.attrs[attribute.key].history
        if attribute.key in HIDDEN_COLUMNS or not change.has_changes():
            continue
        new = (change.added or [None])[0]
        # a secret isn't read in order to be replaced, so nobody needs to be allowed to read it
        unread = attribute.key in obj.secrets and not change.deleted and state.has_identity
        old = UNREAD if unread else (change.deleted or [None])[0]
        if old != new:
            found[attribute.key] = [history_value(obj, attribute.key, old), history_value(obj, attribute.key, new)]
    return found


def created_values(obj: Base) -> JsonObject:
    """The changes of the entry about a new object."""
    return {name: [None, value] for name, value in _values(obj)}


def _values(obj: Base) -> Iterator[tuple[str, Any]]:
    state: InstanceState[Base] = inspect(obj)
    for attribute in state.mapper.column_attrs:
        value = state.dict.get(attribute.key)
        is_computed = any(getattr(column, "computed", None) is not None for column in attribute.columns)
        if attribute.key not in HIDDEN_COLUMNS and value is not None and not is_computed:
            yield attribute.key, history_value(obj, attribute.key, value)


def history_value(obj: Base, name: str, value: Any) -> Any:
    """A value as history stores it: secrets masked, times as ISO text, bytes as their length, enums as their value."""
    if value is None:
        return None
    if name in obj.secrets:
        return MASK
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value.value if isinstance(value, Enum) else value


@dataclass(frozen=True)
class Removal:
    """A registration that an operator removed; `text` is the AOR with its contact and phone."""

    at: datetime
    operator: str
    text: str


def removals(connection: Connection, owners: Sequence[tuple[str, int]], aor: str) -> list[Removal]:
    """The registrations of an AOR that operators removed, oldest first, from the history of its owners."""
    found: list[Removal] = []
    for table, key in owners:
        entries = (
            select(History.at, History.operator_name, History.changes)
            .where(History.object_table == table, History.object_id == key)
            .order_by(History.id.desc())
            .limit(MOST_ENTRIES)
        )
        for at, operator, changes in connection.execute(entries):
            change = changes.get("registration")
            text = str(change[0]) if isinstance(change, list) and change else ""
            if text.startswith(f"{aor} at "):
                found.append(Removal(at, operator, text))
    return sorted(found, key=lambda one: one.at)


def history_of(
    connection: Connection, table: str, record: int, operator: Operator | None, *, limit: int
) -> Sequence[RowMapping]:
    """The latest changes of a record, newest first; for a partner those made while the record was theirs."""
    statement = select(History.at, History.operator_name, History.action, History.changes).where(
        History.object_table == table, History.object_id == record
    )
    if operator is not None and operator.role == Role.PARTNER:
        statement = statement.where(History.partner_id == operator.partner_id)
    return connection.execute(statement.order_by(History.id.desc()).limit(limit)).mappings().all()
