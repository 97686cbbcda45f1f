"""One unit of work: one transaction, one operator, history written by itself."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from partnertui.db.drivers.error_translation import translate_error
from partnertui.db.engine import Database
from partnertui.db.errors import ConcurrentChange, DatabaseError, QueryTimeout, RowDeleted
from partnertui.db.history import attach, shown
from partnertui.db.models import load_all
from partnertui.db.models.base import Base
from partnertui.db.models.workspace import History
from partnertui.db.permissions import may_see, require_write
from partnertui.domain.operators import Operator

M = TypeVar("M", bound=Base)
SECONDS = 15.0


class UnitOfWork:
    """Everything inside `with` is committed by `commit()` as one, or not at all.

    Raises DatabaseError of some kind for whatever the database says.
    """

    def __init__(self, database: Database, operator: Operator, *, deadline: float = SECONDS) -> None:
        self.database, self.operator = database, operator
        self._seconds = deadline
        self.session: Session

    def __enter__(self) -> UnitOfWork:
        load_all()
        try:
            self._connection = self.database.engine.connect().execution_options(write=True)
        except SQLAlchemyError as error:
            raise translate_error(error) from error
        raw = self._connection.connection.driver_connection
        self._limit = self.database.limit(raw, self._seconds)
        self._limit.__enter__()
        self.session = Session(self._connection, expire_on_commit=False, autoflush=True)
        attach(self.session, self.operator)
        try:
            self._connection.begin()
            if self.database.dialect == "postgresql":
                timeout = {"ms": str(int(self._seconds * 1000) + 2000)}
                self._connection.execute(text("SELECT set_config('statement_timeout', :ms, true)"), timeout)
        except SQLAlchemyError as error:
            self._leave()
            raise translate_error(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        passed = self._limit.passed
        self._leave()
        if isinstance(error, SQLAlchemyError):
            if passed:
                raise QueryTimeout("The database took too long; nothing was saved.", "Try again.") from error
            raise translate_error(error) from error

    def _leave(self) -> None:
        self._limit.__exit__()
        try:
            self.session.close()
            self._connection.close()
        except SQLAlchemyError:
            self._connection.invalidate()

    def get(self, model: type[M], key: int, *, version: int | None = None, lock: bool = False) -> M:
        """An object to change; `version` is the one that the agent saw, `lock` holds the row until the end.

        Raises RowDeleted where it is gone or belongs to another partner, ConcurrentChange where it was changed.
        """
        statement = select(model).where(model.id == key)
        obj = self.session.scalars(statement.with_for_update() if lock else statement).one_or_none()
        if obj is None or not may_see(self.operator, obj):
            raise self._gone(model, key)
        if version is not None and obj.version != version:  # type: ignore[attr-defined]
            raise self._stale(obj, version)
        return obj

    def add(self, obj: Base) -> None:
        """A new object; raises NotAllowed where the operator may not make it."""
        self._own(obj)
        require_write(self.operator, obj)
        self.session.add(obj)

    def delete(self, obj: Base) -> None:
        """Deletes an object that `get` gave."""
        self.session.delete(obj)

    def commit(self) -> None:
        """Writes everything; raises ConcurrentChange where somebody was faster, NotAllowed, DatabaseError."""
        seen = [(type(obj), obj.id, getattr(obj, "version", 0)) for obj in self.session.dirty | self.session.deleted]
        for obj in [*self.session.dirty, *self.session.deleted, *self.session.new]:
            require_write(self.operator, obj)
        try:
            self.session.flush()
            self._connection.commit()
        except StaleDataError:
            self.session.rollback()
            raise self._who_was_faster(seen) from None
        except SQLAlchemyError as error:
            if self._limit.passed:
                raise QueryTimeout("The database took too long; it may or may not be saved.", "Look again.") from error
            raise translate_error(error) from error

    def _own(self, obj: Base) -> None:
        """Fills a new object's partner from its customer."""
        customer_id = getattr(obj, "customer_id", None)
        if hasattr(obj, "partner_id") and obj.partner_id is None and customer_id is not None:
            from partnertui.db.models.people import Customer

            obj.partner_id = self.session.scalar(select(Customer.partner_id).where(Customer.id == customer_id))

    def _who_was_faster(self, seen: list[tuple[Any, int, int]]) -> DatabaseError:
        self.session.expunge_all()
        self._connection.rollback()
        for model, key, version in seen:
            obj = self.session.get(model, key)
            if obj is None:
                return self._gone(model, key)
            if getattr(obj, "version", version) != version:
                return self._stale(obj, version)
        return DatabaseError("Somebody else changed this at the same moment.", "Open it again.")

    def _stale(self, obj: Base, version: int) -> ConcurrentChange:
        who, when = self._last_change(type(obj), obj.id)
        names = [attribute.key for attribute in inspect(obj).mapper.column_attrs]
        current = {name: getattr(obj, name) if name not in obj.secrets else shown(obj, name, "x") for name in names}
        by = f" by {who}" if who else ""
        message = f"This was changed{by} since you opened it."
        advice = "Compare both versions, then save yours over it or take theirs."
        return ConcurrentChange(message, advice, mine_version=version, current=current, changed_by=who, changed_at=when)

    def _gone(self, model: type[Base], key: int) -> RowDeleted:
        who, _ = self._last_change(model, key)
        return RowDeleted(f"This is gone{f': {who} deleted it' if who else ''}.", "Go back and refresh the list.")

    def _last_change(self, model: type[Base], key: int) -> tuple[str, datetime | None]:
        statement = select(History.operator_name, History.at).where(
            History.object_table == model.__tablename__, History.object_id == key
        )
        row = self.session.execute(statement.order_by(History.id.desc()).limit(1)).first()
        return (row[0], row[1]) if row else ("", None)
