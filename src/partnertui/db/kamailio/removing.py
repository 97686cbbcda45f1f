"""Removes a registration: from Kamailio's table where it keeps nothing else (db_mode 3), or by its JSON-RPC.

Whatever way, it is looked whether it is gone, and who removed it is written into our history.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine, delete, select
from sqlalchemy.exc import SQLAlchemyError

from partnertui.db.drivers.meaning import translate_error
from partnertui.db.engine import Database, open_database
from partnertui.db.kamailio.reach import Reach
from partnertui.db.kamailio.rpc import Rpc
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.models import History
from partnertui.db.models.base import now
from partnertui.db.rows.types import Row
from partnertui.db.session import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.errors import UserError

BUSY_MS = 3000
REMOVED = "The registration is removed."


@dataclass(frozen=True)
class Registered:
    """One registration, as a row of SIP locations has it, and whose it is."""

    aor: str
    contact: str
    ruid: str
    user_agent: str | None = None
    location_id: int = 0
    user_id: int | None = None
    customer_id: int | None = None
    partner_id: int | None = None

    @classmethod
    def of(cls, row: Row) -> Registered:
        """From a row."""
        owner = {name: row.get(name) for name in ("user_agent", "user_id", "customer_id", "partner_id")}
        return cls(row["aor"], row["contact"] or "", row["ruid"] or "", location_id=row["id"], **owner)

    @property
    def words(self) -> str:
        """For the history."""
        return f"{self.aor} at {self.contact}" + (f" ({self.user_agent})" if self.user_agent else "")


class Remover:
    """Removes registrations as the settings say."""

    def __init__(
        self,
        database_url: str,
        kamailio_url: str = "",
        schema: str = "",
        *,
        rpc_url: str = "",
        timeout: float = 5.0,
    ) -> None:
        self.kamailio_url = kamailio_url
        self.reach = Reach(database_url, kamailio_url, schema)
        self.rpc = Rpc(rpc_url, timeout) if rpc_url else None

    def remove(self, database: Database, operator: Operator, one: Registered) -> str:
        """Removes it, makes sure that it is gone, and writes that down; all in one transaction where that can be.

        Answers with a sentence. Raises DomainError, also where it is removed but not written down, and DatabaseError.
        Blocks.
        """
        if operator.role == Role.PARTNER:
            raise NotAllowed("A partner may not remove registrations.", advice="Ask support.")
        if self.rpc is not None:
            self.rpc.remove_contact(one.aor, one.contact)
        elif self.reach.foreign is not None or self.reach.file:
            self._delete_elsewhere(one)
        else:
            with UnitOfWork(database, operator) as unit:
                _delete(unit.session.connection(), self.reach.place, one.ruid)
                _write_down(unit, one)
                unit.commit()
            return REMOVED
        later = self._make_sure(database, one)
        try:
            with UnitOfWork(database, operator) as unit:
                _write_down(unit, one)
                unit.commit()
        except UserError as error:
            raise DomainError(
                f"The registration is removed, but that could not be written into the history: {error}",
                advice="Write a note yourself.",
            ) from error
        return f"{REMOVED} {later}".strip()

    def close(self) -> None:
        """Closes the connections to Kamailio's server."""
        self.reach.close()

    def _delete_elsewhere(self, one: Registered) -> None:
        def work(connection: Connection) -> None:
            _delete(connection, tables() if self.reach.file else self.reach.place, one.ruid)

        if self.reach.file:
            _write_file(self.reach.file, work)
            return
        theirs = open_database(self.kamailio_url)
        try:
            theirs.write(work, deadline=10.0)
        finally:
            theirs.close()

    def _make_sure(self, database: Database, one: Registered) -> str:
        """Looks whether it is gone; a sentence where Kamailio forgot it, but has it in its table still (db_mode 2)."""
        location = self.reach.place.location
        known = select(location.c.id).where(location.c.ruid == one.ruid)

        def there(connection: Connection) -> bool:
            return self.reach.read(connection, lambda inside: inside.scalar(known) is not None, "location")

        if not database.read(there):
            return ""
        if self.rpc is not None and one.contact not in self.rpc.contacts(one.aor):
            return "The list has it until Kamailio writes its table the next time."
        raise DomainError(
            "Kamailio said that the registration is removed, but it is still there.",
            advice="The phone may have registered again this moment: refresh the list. Tell development if it stays.",
        )


def _delete(connection: Connection, place: Tables, ruid: str) -> None:
    """Deletes the one row; the next REGISTER makes a new one. Raises DomainError where it is gone already."""
    location = place.location
    if connection.execute(delete(location).where(location.c.ruid == ruid)).rowcount != 1:
        raise gone()


def gone() -> DomainError:
    """What is said when somebody, or time, was faster."""
    return DomainError(
        "That registration is no longer there: it ended, or the phone has registered anew.",
        advice="Refresh the list with F5.",
    )


def _write_file(path: str, work: Callable[[Connection], None]) -> None:
    """One short write to Kamailio's SQLite file: its driver does not wait for locks, and would lose what it writes."""

    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(path)}?mode=rw"
        raw = sqlite3.connect(uri, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
        raw.execute("PRAGMA synchronous=NORMAL")
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            end = "ROLLBACK"
            try:
                work(connection)
                end = "COMMIT"
            finally:
                connection.exec_driver_sql(end)
    except SQLAlchemyError as error:
        raise translate_error(error) from error
    finally:
        engine.dispose()


def _write_down(unit: UnitOfWork, one: Registered) -> None:
    """An entry in the user's history; in the customer's, or the registration's own, where no user is known."""
    owner = (
        ("users", one.user_id)
        if one.user_id
        else ("customers", one.customer_id)
        if one.customer_id
        else ("location", one.location_id)
    )
    unit.session.add(
        History(
            at=now(),
            operator_id=unit.operator.id,
            operator_name=unit.operator.name,
            object_table=owner[0],
            object_id=owner[1],
            action="changed",
            changes={"registration": [one.words, None]},
            customer_id=one.customer_id,
            partner_id=one.partner_id,
        )
    )
