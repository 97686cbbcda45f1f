"""Removes a registration: from Kamailio's table if registrations are only there (db_mode 3), or by its JSON-RPC.

Either way it then checks that the registration is gone, and records the operator in our history.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from partnertui.db.database import Database, open_database
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.rpc import Rpc
from partnertui.db.kamailio.sqlite_file_writer import write_to_file
from partnertui.db.kamailio.tables import Tables, tables
from partnertui.db.models import History
from partnertui.db.models.base import now
from partnertui.db.rows.type_aliases import Row
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.errors import UserError

REMOVED = "Registration removed."


@dataclass(frozen=True)
class Registration:
    """A registration as the SIP locations list shows it, with its owner."""

    aor: str
    contact: str
    ruid: str
    user_agent: str | None = None
    location_id: int = 0
    user_id: int | None = None
    customer_id: int | None = None
    partner_id: int | None = None

    @classmethod
    def from_row(cls, row: Row) -> Registration:
        """Makes one from a row of the list."""
        owner = {name: row.get(name) for name in ("user_agent", "user_id", "customer_id", "partner_id")}
        return cls(row["aor"], row["contact"] or "", row["ruid"] or "", location_id=row["id"], **owner)

    @property
    def text(self) -> str:
        """How history shows it."""
        return f"{self.aor} at {self.contact}" + (f" ({self.user_agent})" if self.user_agent else "")


class RegistrationRemover:
    """Removes registrations in the way that the settings choose."""

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
        self.kamailio = KamailioDatabase(database_url, kamailio_url, schema)
        self.rpc = Rpc(rpc_url, timeout) if rpc_url else None

    def remove(self, database: Database, operator: Operator, registration: Registration) -> str:
        """Removes it, checks that it is gone, and records it in history; in one transaction if possible. Blocks.

        Returns a sentence for the agent. Raises NotAllowed, DatabaseError, and DomainError if it couldn't be removed or
        couldn't be recorded.
        """
        if operator.role == Role.PARTNER:
            raise NotAllowed("Partners can't remove registrations.", advice="Ask support.")
        if self.rpc is not None:
            self.rpc.remove_contact(registration.aor, registration.contact)
        elif self.kamailio.server is not None or self.kamailio.attached_path:
            self._delete_in_kamailio(registration)
        else:
            with UnitOfWork(database, operator) as unit:
                _delete(unit.session.connection(), self.kamailio.tables, registration.ruid)
                _record(unit, registration)
                unit.commit()
            return REMOVED
        note = self._check_removed(database, registration)
        try:
            with UnitOfWork(database, operator) as unit:
                _record(unit, registration)
                unit.commit()
        except UserError as error:
            raise DomainError(
                f"The registration was removed, but that couldn't be recorded in the history: {error}",
                advice="Add a note about it.",
            ) from error
        return f"{REMOVED} {note}".strip()

    def close(self) -> None:
        """Closes the connections to Kamailio's server."""
        self.kamailio.close()

    def _delete_in_kamailio(self, registration: Registration) -> None:
        def work(connection: Connection) -> None:
            # Opened by itself, the file's tables are in no schema.
            _delete(connection, tables() if self.kamailio.attached_path else self.kamailio.tables, registration.ruid)

        if self.kamailio.attached_path:
            write_to_file(self.kamailio.attached_path, work)
            return
        kamailio = open_database(self.kamailio_url)
        try:
            kamailio.write(work, deadline=10.0)
        finally:
            kamailio.close()

    def _check_removed(self, database: Database, registration: Registration) -> str:
        """Checks that it is gone; returns a sentence if only the table still has it (db_mode 2), else ""."""
        location = self.kamailio.tables.location
        known = select(location.c.id).where(location.c.ruid == registration.ruid)

        def is_listed(connection: Connection) -> bool:
            return self.kamailio.read(connection, lambda switch: switch.scalar(known) is not None, "location")

        # Kamailio answers 200 to the RPC before its timer writes the table (db_mode 2)
        if not database.read(is_listed):
            return ""
        if self.rpc is not None and registration.contact not in self.rpc.contacts(registration.aor):
            return "The list will still show it until Kamailio next writes its table."
        raise DomainError(
            "Kamailio confirmed the removal, but the registration is still there.",
            advice="The phone may have just registered again: refresh the list. If it keeps happening, escalate to"
            " development.",
        )


def _delete(connection: Connection, kamailio: Tables, ruid: str) -> None:
    """Deletes the row; the next REGISTER makes a new one. Raises DomainError if it is gone already."""
    location = kamailio.location
    if connection.execute(delete(location).where(location.c.ruid == ruid)).rowcount != 1:
        raise already_gone()


def already_gone() -> DomainError:
    """The error for a registration that has ended in the meantime."""
    return DomainError(
        "That registration no longer exists: it expired, or the phone has registered again.",
        advice="Refresh the list with F5.",
    )


def _record(unit: UnitOfWork, registration: Registration) -> None:
    """Adds an entry to the user's history, else the customer's, else the registration's own."""
    owner = (
        ("users", registration.user_id)
        if registration.user_id
        else ("customers", registration.customer_id)
        if registration.customer_id
        else ("location", registration.location_id)
    )
    unit.session.add(
        History(
            at=now(),
            operator_id=unit.operator.id,
            operator_name=unit.operator.name,
            object_table=owner[0],
            object_id=owner[1],
            action="changed",
            changes={"registration": [registration.text, None]},
            customer_id=registration.customer_id,
            partner_id=registration.partner_id,
        )
    )
