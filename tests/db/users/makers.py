"""A customer with users, a switch beside our database, and how both are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, select
from tests.db.makers import ANN, staff

from partnertui.db.database import Database
from partnertui.db.kamailio.subscriber_database import Switch
from partnertui.db.kamailio.subscriber_tables import VERSIONS, switch_tables
from partnertui.db.kamailio.tables import tables
from partnertui.db.models import Customer, Product
from partnertui.db.provisioning.outbox_producer import note_changes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.users import Credentials, add_user
from partnertui.domain.billing_enums import ItemType
from partnertui.domain.extensions import read_feature_codes
from partnertui.domain.operators import Operator
from partnertui.domain.sip_digest_hashes import ha1, ha1b
from partnertui.vault.sealed_values import Vault

VAULT = Vault({"00000001": bytes(range(32))}, "00000001")
CODES = read_feature_codes(["*8 call pick-up", "*97 voicemail"])


def company(database: Database) -> None:
    """Two partners' customers with a SIP domain, and a licence; what happens to users is noted for the switch."""
    staff(database)
    rows = [
        {"id": key, "company": name, "country": "GB", "currency": "GBP", "partner_id": partner, "sip_domain": domain}
        for key, name, partner, domain in ((1, "Narrowboat Bakery", 7, "nb.test"), (2, "Eight Ltd", 8, "eight.test"))
    ]
    licence = {
        "id": 1,
        "name": "User",
        "code": "U",
        "item_type": next(iter(ItemType)),
        "currency": "GBP",
        "is_user_licence": True,
    }

    def work(connection: Any) -> None:
        connection.execute(insert(Customer), rows)
        connection.execute(insert(Product), [licence])

    database.write(work)
    database.session_listeners.append(note_changes)


def new_user(
    database: Database,
    name: str,
    extension: str | None,
    *,
    customer: int = 1,
    operator: Operator = ANN,
    email: str = "",
    sip_password: str = "secret-of-the-phone",
) -> int:
    """Adds a user as the form does."""
    values = {"name": name, "email": email or f"{name.lower()}@nb.test", "extension": extension}
    with UnitOfWork(database, operator) as unit:
        found = add_user(unit, customer, values, Credentials(VAULT, sip_password), codes=CODES)
        unit.commit()
    return found


def make_switch_file(path: Path) -> str:
    """An empty SQLite database with Kamailio's tables; returns its URL."""
    url = f"sqlite:///{path}"
    engine = create_engine(url)
    found, version = switch_tables(), tables().version
    with engine.begin() as connection:
        version.create(connection)
        found.metadata.create_all(connection)
        connection.execute(
            insert(version), [{"table_name": name, "table_version": number} for name, number in VERSIONS.items()]
        )
    engine.dispose()
    return url


def on_switch(switch: Switch) -> dict[str, tuple[str, str, str]]:
    """Password, ha1 and ha1b of every account."""
    table = switch.tables.subscriber
    rows = switch.read(lambda connection: connection.execute(select(table)).all())
    return {f"{row.username}@{row.domain}": (row.password, row.ha1, row.ha1b) for row in rows}


def aliases(switch: Switch) -> dict[str, str]:
    """The account behind every number."""
    table = switch.tables.dbaliases
    rows = switch.read(lambda connection: connection.execute(select(table)).all())
    return {f"{row.alias_username}@{row.alias_domain}": f"{row.username}@{row.domain}" for row in rows}


def digests(username: str, domain: str, password: str) -> tuple[str, str, str]:
    """What an account should have: no clear password, ha1 and ha1b."""
    return "", ha1(username, domain, password), ha1b(username, domain, domain, password)
