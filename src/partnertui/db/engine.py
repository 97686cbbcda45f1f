"""Opens a database and reads from it: one transaction, cancellable, with a time limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, cast

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from partnertui.db.cancel import Cancel
from partnertui.db.deadline import Deadline
from partnertui.db.drivers import sqlite
from partnertui.db.drivers.error_translation import translate_error
from partnertui.db.errors import DatabaseError, DatabaseNotFound, QueryCancelled, QueryTimeout
from partnertui.db.schema import SchemaState, schema_state

T = TypeVar("T")


class Database:
    """A database that is connected to on first use; used from any thread."""

    def __init__(self, url: str, engine: Engine, *, read_only: bool = False) -> None:
        self.url = url
        self.engine = engine
        self.read_only = read_only
        self.dialect = cast(Literal["sqlite", "postgresql"], engine.dialect.name)

    def read(
        self,
        work: Callable[[Connection], T],
        *,
        cancel: Cancel | None = None,
        deadline: float = 10.0,
        steady: bool = False,
    ) -> T:
        """Runs `work` in one read transaction, in the caller's thread; `steady`: all its reads see the same moment.

        Raises QueryCancelled, QueryTimeout (deadline in seconds) or another DatabaseError.
        """
        return self._run(work, cancel or Cancel(), deadline, write=False, steady=steady)

    def write(self, work: Callable[[Connection], T], *, deadline: float = 60.0) -> T:
        """Runs `work` in one write transaction without history: for bulk loads, sync and probe counters."""
        return self._run(work, Cancel(), deadline, write=True)

    def _run(
        self, work: Callable[[Connection], T], cancel: Cancel, deadline: float, *, write: bool, steady: bool = False
    ) -> T:
        limit: Deadline | None = None
        try:
            with self.engine.connect() as plain:
                connection = plain.execution_options(write=write)
                raw = connection.connection.driver_connection
                limit = self.limit(raw, deadline)
                try:
                    with cancel.running(lambda: self._stop(raw)), limit, connection.begin():
                        if self.dialect == "postgresql":
                            if steady:  # on SQLite every read is
                                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                            _prepare(connection, deadline, write)
                        return work(connection)
                finally:
                    if limit.passed:
                        plain.invalidate()  # a cancel that is still under way must not hit somebody else's query
        except SQLAlchemyError as error:
            raise _named(error, cancel, limit) from error
        except DatabaseError as error:
            if isinstance(error, QueryCancelled) and not cancel.cancelled and limit is not None and limit.passed:
                raise _too_late() from error
            raise

    def check(self) -> SchemaState:
        """Whether the tables are those this program needs; `require()` on the answer raises where not."""
        return self.read(schema_state)

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def _stop(self, raw: Any) -> None:
        self._driver().stop(raw)

    def limit(self, raw: Any, seconds: float) -> Deadline:
        """The time limit of what a driver's connection is to do."""
        driver = self._driver()
        kill = getattr(driver, "kill", lambda raw: None)
        return Deadline(seconds, lambda: driver.stop(raw), lambda: kill(raw))

    def _driver(self) -> Any:
        """The driver's module; that of PostgreSQL is imported only where it is used."""
        if self.dialect == "sqlite":
            return sqlite
        from partnertui.db.drivers import postgresql

        return postgresql


def _prepare(connection: Connection, deadline: float, write: bool) -> None:
    """The server's own limit, a little later than ours; no write can slip into a read."""
    statement = "SELECT set_config('statement_timeout', :ms, true)"
    if not write:
        statement += ", set_config('transaction_read_only', 'on', true)"
    connection.execute(text(statement), {"ms": str(int(deadline * 1000) + 2000)})


def _too_late() -> QueryTimeout:
    return QueryTimeout("The database took too long to answer.", "Narrow the filter, or try again.")


def _named(error: SQLAlchemyError, cancel: Cancel, limit: Deadline | None) -> DatabaseError:
    if cancel.cancelled:
        return QueryCancelled("The query was given up for a newer one.")
    if limit is not None and limit.passed:
        return _too_late()
    return translate_error(error)


def open_database(url: str, *, read_only: bool = False) -> Database:
    """A database by its URL (`sqlite:///path`, `postgresql://user@host/name`); touches neither file nor network.

    Raises NoSuchDatabase for a URL that is none.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseNotFound(
            "The database's URL cannot be read.", "Write it like sqlite:///path or postgresql://user@host/name."
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return Database(url, sqlite.make_engine(parsed, read_only), read_only=read_only)
    if backend in {"postgresql", "postgres"}:
        from partnertui.db.drivers import postgresql

        return Database(url, postgresql.make_engine(parsed, read_only), read_only=read_only)
    raise DatabaseNotFound(f"partnertui cannot work with {backend}.", "Use sqlite:///path or postgresql://…")
