"""Database: opens SQLite or PostgreSQL, and runs transactions that can be cancelled and have a time limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from partnertui.db.database_url import parse_url
from partnertui.db.database_url_logins import typed_password
from partnertui.db.drivers import sqlite
from partnertui.db.drivers.error_translation import translate_error
from partnertui.db.errors import (
    DatabaseError,
    DatabaseNotFound,
    QueryCancelled,
    QueryTimeout,
    UndecodableText,
)
from partnertui.db.query_cancellation import Cancel
from partnertui.db.query_deadline import Deadline
from partnertui.db.schema_version import SchemaState, schema_state

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from partnertui.db.read_replica import Replica

T = TypeVar("T")


class Driver(Protocol):
    """The module of a driver; `connection` is the driver's own connection object."""

    def stop(self, connection: Any, /) -> None: ...
    def kill(self, connection: Any, /) -> None: ...
    def replace_undecodable(self, connection: Any, /) -> None: ...


class Database:
    """A database that connects on first use; thread-safe."""

    def __init__(self, url: str, engine: Engine, *, read_only: bool = False) -> None:
        self.url = url
        self.engine = engine
        self.read_only = read_only
        self.dialect: Literal["sqlite", "postgresql"] = "sqlite" if engine.dialect.name == "sqlite" else "postgresql"
        self.session_listeners: list[Callable[[Session], None]] = []
        """What gets the session of each unit of work when it begins, to listen to what it changes."""
        self.replica: Replica | None = None
        """The replica that reads may go to, if there is one."""
        self.direct: Database | None = None
        """The same database without a connection pooler between, if that was given: for LISTEN."""
        self._replaces_undecodable = False
        """Whether a text was found that isn't UTF-8; decoding in Python costs time that other databases don't pay."""

    def read(
        self,
        work: Callable[[Connection], T],
        *,
        cancel: Cancel | None = None,
        deadline: float = 10.0,
        steady: bool = False,
        from_replica: bool = False,
    ) -> T:
        """Runs `work` in one read transaction, in the caller's thread.

        With `steady`, all its queries see the same snapshot of the data. `from_replica`: what others wrote in the last
        seconds may be missing, but nothing that this program wrote. Raises QueryCancelled, QueryTimeout after
        `deadline` seconds, or another DatabaseError.
        """
        cancel = cancel or Cancel()
        if from_replica and self.replica is not None and self.replica.may_read:
            try:
                return self.replica.database.read(work, cancel=cancel, deadline=deadline, steady=steady)
            except QueryCancelled:
                if cancel.cancelled:
                    raise
                self.replica.failed()
            except QueryTimeout:
                self.replica.failed()  # slow or frozen: trying again goes to the primary
                raise
            except DatabaseError:
                self.replica.failed()  # away, or what was read there was just removed by the primary
        return self._run(work, cancel, deadline, write=False, steady=steady)

    def write(self, work: Callable[[Connection], T], *, deadline: float = 60.0) -> T:
        """Runs `work` in one write transaction without history: for bulk loads, sync and probe limits.

        Raises QueryTimeout after `deadline` seconds, or another DatabaseError.
        """
        try:
            return self._run(work, Cancel(), deadline, write=True)
        finally:
            self.wrote()  # also where nobody knows whether it was committed

    def wrote(self) -> None:
        """Notes that something was written, which reads must see from now on."""
        if self.replica is not None:
            self.replica.wrote()

    def _run(
        self, work: Callable[[Connection], T], cancel: Cancel, deadline: float, *, write: bool, steady: bool = False
    ) -> T:
        try:
            return self._run_once(work, cancel, deadline, write=write, steady=steady)
        except UndecodableText:
            if self._replaces_undecodable:
                raise
            # a row as a phone or another program left it; nothing was written, so the work can run again
            self._replaces_undecodable = True
            return self._run_once(work, cancel, deadline, write=write, steady=steady)

    def _run_once(
        self, work: Callable[[Connection], T], cancel: Cancel, deadline: float, *, write: bool, steady: bool
    ) -> T:
        limit: Deadline | None = None
        try:
            with self.engine.connect() as plain:
                connection = plain.execution_options(write=write)
                # SQLAlchemy has no way to interrupt a query: only the driver's connection has
                driver_connection = connection.connection.driver_connection
                self.prepare(driver_connection)
                limit = self.limit(driver_connection, deadline)
                try:
                    stop = self._driver().stop
                    # begin() is the innermost: its COMMIT and ROLLBACK are under the time limit, too.
                    with cancel.running(lambda: stop(driver_connection)), limit, connection.begin():
                        if self.dialect == "postgresql":
                            # Before any query: later in a transaction, PostgreSQL refuses another isolation level.
                            if steady:  # SQLite's transactions always are
                                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                            limit_on_server(connection, deadline, read_only=self.read_only or not write)
                        result = work(connection)
                        if write:
                            from partnertui.db.audit_chain import chain_new_history  # here: reading needs no models

                            chain_new_history(connection)
                        return result
                finally:
                    if limit.passed:
                        plain.invalidate()  # a cancel that is still under way must not hit a later query
        except SQLAlchemyError as error:
            raise _translated(error, cancel, limit) from error
        except UnicodeDecodeError as error:
            raise UndecodableText("Some text in the database isn't valid UTF-8.", "Try again.") from error
        except DatabaseError as error:
            if isinstance(error, QueryCancelled) and not cancel.cancelled and limit is not None and limit.passed:
                raise _timeout() from error
            raise

    def check(self) -> SchemaState:
        """Whether the schema is the one that this program requires; `require()` on it raises if it isn't."""
        return self.read(schema_state)

    def close(self) -> None:
        """Closes all connections."""
        if self.replica is not None:
            self.replica.close()
        if self.direct is not None:
            self.direct.close()
        self.engine.dispose()

    def prepare(self, driver_connection: object) -> None:
        """Makes a driver's connection read texts that aren't UTF-8, if this database was found to have any."""
        if self._replaces_undecodable:
            self._driver().replace_undecodable(driver_connection)

    def limit(self, driver_connection: object, seconds: float) -> Deadline:
        """A time limit for what a driver's connection is going to do."""
        driver = self._driver()
        return Deadline(seconds, lambda: driver.stop(driver_connection), lambda: driver.kill(driver_connection))

    def commit_limit(self, driver_connection: object, seconds: float) -> Deadline:
        """A time limit for a COMMIT, which closes the connection but never cancels the statement."""
        driver = self._driver()
        # Cancelled while it waits for its standby, PostgreSQL reports a commit that the standby may never get.
        return Deadline(seconds, lambda: None, lambda: driver.kill(driver_connection))

    def _driver(self) -> Driver:
        if self.dialect == "sqlite":
            return sqlite
        from partnertui.db.drivers import postgresql  # here, so that SQLite users don't import psycopg

        return postgresql


def limit_on_server(connection: Connection, deadline: float, *, read_only: bool = False) -> None:
    """Settings of a transaction of PostgreSQL: the server's own time limit, a little later than ours, and others.

    They are the transaction's and not the connection's, which pgbouncer shares with others.
    """
    # just-in-time compiling takes longer than all our queries
    statement = "SELECT set_config('statement_timeout', :ms, true), set_config('jit', 'off', true)"
    if read_only:
        statement += ", set_config('transaction_read_only', 'on', true)"
    # two seconds more than our own limit, which is to act first; this is for a client that died
    connection.execute(text(statement), {"ms": str(int(deadline * 1000) + 2000)})


def _timeout() -> QueryTimeout:
    return QueryTimeout("The database took too long to respond.", "Narrow the filter, or try again.")


def _translated(error: SQLAlchemyError, cancel: Cancel, limit: Deadline | None) -> DatabaseError:
    if cancel.cancelled:
        return QueryCancelled("Replaced by a newer query.")
    if limit is not None and limit.passed:
        return _timeout()
    return translate_error(error)


def open_database(
    url: str, *, read_only: bool = False, password: str = "", replica: str = "", direct: str = ""
) -> Database:
    """A database by its URL (`sqlite:///path`, `postgresql://user@host/name`); accesses neither file nor network.

    The password is the one given, else one that was typed in this run, else the URL's. `replica` is the URL of a
    streaming replica, `direct` that of the server itself where `url` is a pooler's; the login is always that of `url`.
    Raises DatabaseNotFound for a URL that isn't valid.
    """
    parsed = parse_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if replica or direct:
            raise DatabaseNotFound("SQLite has no replica.", "Remove database.replica and database.direct.")
        return Database(url, sqlite.make_engine(parsed, read_only), read_only=read_only)
    if backend in {"postgresql", "postgres"}:
        from partnertui.db.drivers import postgresql  # here, so that SQLite users don't import psycopg

        if typed := password or typed_password(url):
            parsed = parsed.set(password=typed)
        found = Database(url, postgresql.make_engine(parsed), read_only=read_only)
        if direct:
            found.direct = Database(direct, postgresql.make_engine(_same_login(direct, parsed)))
        if replica:
            from partnertui.db.read_replica import Replica  # here, because most have none

            engine = postgresql.make_engine(_same_login(replica, parsed))
            found.replica = Replica(Database(replica, engine, read_only=True), found)
        return found
    raise DatabaseNotFound(f"partnertui doesn't support {backend}.", "Use sqlite:///path or postgresql://…")


def _same_login(url: str, primary: URL) -> URL:
    """The URL of another way to the same data, with the primary's login: row security goes by it."""
    other = parse_url(url)
    password = other.password if other.password and other.username == primary.username else primary.password
    return other._replace(username=primary.username, password=password)
