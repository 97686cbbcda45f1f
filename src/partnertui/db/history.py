"""One hook writes who changed what: a History row per object, in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import InstanceState, Session, UOWTransaction

from partnertui.db.models.base import Base
from partnertui.db.models.workspace import History
from partnertui.db.rows.types import JsonObject
from partnertui.domain.operators import Operator

MASK = "•••"
SILENT = frozenset({"id", "version", "slot"})
"""Columns that say nothing to an agent."""


def attach(session: Session, operator: Operator) -> None:
    """Makes a session write history in the operator's name."""
    session.info["operator"] = operator
    event.listen(session, "before_flush", _note_changes)
    event.listen(session, "after_flush", _name_new)


def _note_changes(session: Session, context: UOWTransaction, instances: object) -> None:
    for obj in list(session.dirty):
        if _kept(obj) and (changes := _changed(obj)):
            session.add(_entry(session, obj, "changed", changes))
    for obj in list(session.deleted):
        if _kept(obj):
            session.add(_entry(session, obj, "deleted", {name: [old, None] for name, old in _values(obj)}))
    session.info["new"] = [obj for obj in session.new if _kept(obj)]


def _name_new(session: Session, context: UOWTransaction) -> None:
    """A new object has its ID only now; its entry is written by the same transaction's next statement."""
    new = session.info.pop("new", [])
    rows = [
        _facts(_entry(session, obj, "created", {name: [None, value] for name, value in _values(obj)})) for obj in new
    ]
    if rows:
        session.connection().execute(History.__table__.insert(), rows)  # type: ignore[attr-defined]


def _facts(entry: History) -> JsonObject:
    return {key: value for key, value in vars(entry).items() if not key.startswith("_")}


def _kept(obj: object) -> bool:
    return isinstance(obj, Base) and obj.history


def _entry(session: Session, obj: Any, action: str, changes: JsonObject) -> History:
    from partnertui.db.models.base import now

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


def _changed(obj: Base) -> dict[str, list[Any]]:
    state: InstanceState[Any] = inspect(obj)
    found: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        past = state.attrs[attribute.key].history
        if attribute.key in SILENT or not past.has_changes():
            continue
        old, new = (past.deleted or [None])[0], (past.added or [None])[0]
        if old != new:
            found[attribute.key] = [shown(obj, attribute.key, old), shown(obj, attribute.key, new)]
    return found


def _values(obj: Base) -> Iterator[tuple[str, Any]]:
    state: InstanceState[Any] = inspect(obj)
    for attribute in state.mapper.column_attrs:
        value = state.dict.get(attribute.key)
        if attribute.key not in SILENT and value is not None:
            yield attribute.key, shown(obj, attribute.key, value)


def shown(obj: Base, name: str, value: Any) -> Any:
    """A value as history keeps it: secrets masked, moments as ISO text, bytes by their length."""
    if value is None:
        return None
    if name in obj.secrets:
        return MASK
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    return value.value if isinstance(value, Enum) else value
