"""UnitOfWork: one transaction of one operator, which records history automatically."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from types import TracebackType
from typing import TypeVar

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from partnertui.db.audit_chain import chain_new_history
from partnertui.db.change_history import history_value, record_changes
from partnertui.db.database import Database, limit_on_server
from partnertui.db.drivers.error_translation import translate_error
from partnertui.db.errors import (
    ConcurrentChange,
    DatabaseError,
    DatabaseUnavailable,
    OutcomeUnknown,
    QueryTimeout,
    RowDeleted,
)
from partnertui.db.models import Customer, load_all
from partnertui.db.models.base import Base, Versioned
from partnertui.db.models.program_tables import History
from partnertui.db.permissions import may_see, require_write
from partnertui.db.rows.type_aliases import Row
from partnertui.domain.operators import Operator, Role

M = TypeVar("M", bound=Base)
TIMEOUT_SECONDS = 15.0
ROLLBACK_SECONDS = 2.0
"""How long a ROLLBACK may take; a server whose connection is closed instead rolls back, too."""


class UnitOfWork:
    """A context manager: `commit()` commits everything inside, otherwise nothing is saved.

    Database errors inside leave it as DatabaseError.
    """

    def __init__(self, database: Database, operator: Operator, *, deadline: float = TIMEOUT_SECONDS) -> None:
        self.database, self.operator = database, operator
        self._seconds = deadline
        self.key = token_hex(16)
        """Tells this transaction from every other one."""
        self.session: Session

    def __enter__(self) -> UnitOfWork:
        load_all()
        try:
            self._connection = self.database.engine.connect().execution_options(write=True)
        except SQLAlchemyError as error:
            raise translate_error(error) from error
        self._driver_connection = self._connection.connection.driver_connection
        self.database.prepare(self._driver_connection)
        self._limit = self.database.limit(self._driver_connection, self._seconds)
        self._limit.__enter__()
        # Values are still read after the commit, for which expired objects would begin another transaction.
        self.session = Session(self._connection, expire_on_commit=False, autoflush=True)
        record_changes(self.session, self.operator)
        for listen in self.database.session_listeners:
            listen(self.session)
        try:
            self._connection.begin()
            if self.database.dialect == "postgresql":
                limit_on_server(self._connection, self._seconds, read_only=self.database.read_only)
        except (SQLAlchemyError, DatabaseError) as error:
            self._close()
            if isinstance(error, SQLAlchemyError):
                raise translate_error(error) from error
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        passed = self._limit.passed
        self._close()
        if isinstance(error, SQLAlchemyError):
            if passed:
                raise QueryTimeout("The database took too long; nothing was saved.", "Try again.") from error
            raise translate_error(error) from error

    def _close(self) -> None:
        self._limit.__exit__()
        try:
            with self.database.commit_limit(self._driver_connection, ROLLBACK_SECONDS):
                self.session.close()
                self._connection.close()
        except SQLAlchemyError:  # a server that is gone has rolled back
            if not self._connection.closed:
                self._connection.invalidate()

    def get(self, model: type[M], key: int, *, version: int | None = None, lock: bool = False) -> M:
        """An object to change; `version` is the one that the agent saw, `lock` locks the row until the end.

        Raises RowDeleted if it was deleted or belongs to another partner, ConcurrentChange if it has another version.
        """
        statement = select(model).where(model.id == key)
        # FOR UPDATE alone doesn't replace values that the session has read before: lock first, or refresh.
        obj = self.session.scalars(statement.with_for_update() if lock else statement).one_or_none()
        if obj is None or not may_see(self.operator, obj):
            raise self._deleted(model, key)
        if version is not None and version_of(obj) != version:
            raise self._changed(obj, version)
        return obj

    def add(self, obj: Base) -> None:
        """Adds a new object; raises NotAllowed if the operator may not."""
        self._set_partner(obj)
        require_write(self.operator, obj)
        self.session.add(obj)

    def delete(self, obj: Base) -> None:
        """Deletes an object returned by `get`."""
        self.session.delete(obj)

    def commit(self) -> None:
        """Commits; raises ConcurrentChange or RowDeleted if somebody else saved first, NotAllowed, DatabaseError."""
        # Before the flush, which raises the versions.
        seen = [(type(obj), obj.id, version_of(obj)) for obj in self.session.dirty | self.session.deleted]
        for obj in [*self.session.dirty, *self.session.deleted, *self.session.new]:
            require_write(self.operator, obj)
        try:
            self.session.flush()
            chain_new_history(self._connection)
        except StaleDataError:
            self.session.rollback()
            raise self._concurrent_change(seen) from None
        except SQLAlchemyError as error:
            raise translate_error(error) from error
        self._limit.__exit__()  # a COMMIT is never cancelled: while it waits for a standby, that would lose it again
        try:
            with self.database.commit_limit(self._driver_connection, self._seconds):
                self._connection.commit()
        except SQLAlchemyError as error:
            known = translate_error(error)
            if isinstance(known, DatabaseUnavailable):
                raise OutcomeUnknown(
                    "The connection was lost while saving: your change may or may not have been saved.",
                    "Save again to find out.",
                ) from error
            raise known from error
        finally:
            self.database.wrote()  # also where the outcome is unknown

    def change(self, obj: Base, seen: Row, values: Row) -> None:
        """Gives an object the values that differ from those the agent saw, and leaves all others as they are.

        Raises ConcurrentChange if one of them is no longer what the agent saw, even where `version` was not raised:
        the platform's own programs write balances and states without it.
        """
        changed = [name for name, value in values.items() if name in seen and value != seen[name]]
        if any(getattr(obj, name) not in (seen[name], values[name]) for name in changed):
            raise self._changed(obj, version_of(obj))
        for name in changed:
            setattr(obj, name, values[name])

    def _set_partner(self, obj: Base) -> None:
        """Sets a new object's partner to its customer's."""
        customer_id = getattr(obj, "customer_id", None)
        if hasattr(obj, "partner_id") and obj.partner_id is None and customer_id is not None:
            obj.partner_id = self.session.scalar(select(Customer.partner_id).where(Customer.id == customer_id))

    def _concurrent_change(self, seen: list[tuple[type[Base], int, int]]) -> DatabaseError:
        """The error that says which of the objects were changed or deleted, and by whom."""
        self.session.expunge_all()
        self._connection.rollback()
        for model, key, version in seen:
            obj = self.session.get(model, key)
            if obj is None:
                return self._deleted(model, key)
            if version_of(obj) != version:
                return self._changed(obj, version)
        return DatabaseError("Someone else changed this at the same time.", "Open it again.")

    def _changed(self, obj: Base, version: int) -> ConcurrentChange:
        name, time = self._last_change(type(obj), obj.id)
        fields = [attribute.key for attribute in inspect(obj).mapper.column_attrs]
        current = {
            field: getattr(obj, field) if field not in obj.secrets else history_value(obj, field, "x")
            for field in fields
        }
        by = f" by {name}" if name else ""
        message = f"This was changed{by} since you opened it."
        advice = "Compare both versions, then keep yours or theirs."
        return ConcurrentChange(
            message, advice, mine_version=version, current=current, changed_by=name, changed_at=time
        )

    def _deleted(self, model: type[Base], key: int) -> RowDeleted:
        name, _ = self._last_change(model, key, History.action == "deleted")
        message = f"This was deleted by {name}." if name else "This was deleted."
        return RowDeleted(message, "Go back and refresh the list.")

    def _last_change(self, model: type[Base], key: int, *where: ColumnElement[bool]) -> tuple[str, datetime | None]:
        statement = select(History.operator_name, History.at).where(
            History.object_table == model.__tablename__, History.object_id == key, *where
        )
        if self.operator.role == Role.PARTNER:  # who changed a stranger's record is none of a partner's business
            statement = statement.where(History.partner_id == self.operator.partner_id)
        row = self.session.execute(statement.order_by(History.id.desc()).limit(1)).first()
        return (row[0], row[1]) if row else ("", None)


def version_of(obj: Base) -> int:
    """The version of an object that agents edit; 0 for others."""
    return obj.version if isinstance(obj, Versioned) else 0
