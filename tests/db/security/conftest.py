"""A database with two partners' data, and LOGIN roles that work on it under row security."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.conftest import run_as_owner
from tests.db.makers import NOW
from tests.row_security import make_login
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.models import (
    BasketItem,
    Cdr,
    Chat,
    CreditCard,
    Customer,
    Draft,
    History,
    Note,
    OperatorAccount,
    Partner,
    Ticket,
    Transaction,
    User,
)
from partnertui.db.models.base import Base

LOGINS = {"sec_support": "support", "sec_admin": "admin", "sec_pat": "partner", "sec_qin": "partner"}
PARTNERS = {"sec_pat": 7, "sec_qin": 8}


@dataclass
class Office:
    """A database of two partners: what has ID 1 is Pat's (partner 7), what has ID 2 is Qin's (partner 8)."""

    database: Database
    urls: dict[str, str]


def _insert(connection: Connection, model: type[Base], values: list[dict[str, Any]]) -> None:
    connection.execute(insert(model), values)
    # the program's own IDs go on behind those written here
    connection.exec_driver_sql(f"SELECT setval('public.{model.__tablename__}_id_seq', 100)")


def _fill(database: Database) -> None:
    owners = [{"id": key, "customer_id": key, "partner_id": 6 + key} for key in (1, 2)]
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Partner: [{"id": 7, "name": "Seven"}, {"id": 8, "name": "Eight"}],
        OperatorAccount: [
            {"id": key, "login": login, "name": login, "role": role, "partner_id": PARTNERS.get(login)}
            for key, (login, role) in enumerate(LOGINS.items(), 1)
        ],
        Customer: [
            {"id": key, "company": f"C{key}", "country": "GB", "currency": "GBP", "partner_id": 6 + key}
            for key in (1, 2)
        ],
        User: [
            owner
            | {"name": "U", "email": f"u{owner['id']}@example.net", "sip_username": f"u{owner['id']}"}
            | {"sip_domain": "sip.example.net", "sip_password_ciphertext": b"sealed"}
            for owner in owners
        ],
        Cdr: [
            owner
            | {"started_at": NOW, "category": "dialled", "direction": "outbound", "disposition": "answered"}
            | {"call_id_a": f"call-{owner['id']}"}
            for owner in owners
        ],
        Ticket: [owner | {"number": f"T-{owner['id']}", "subject": "S"} for owner in owners],
        Note: [
            owner
            | {"object_table": "customers", "object_id": owner["id"], "body": "N", "author_id": 1}
            | {"author_name": "A"}
            for owner in owners
        ],
        History: [
            owner
            | {"operator_id": 1, "operator_name": "A", "object_table": "customers", "object_id": owner["id"]}
            | {"action": "changed", "changes": {}}
            for owner in owners
        ],
        BasketItem: [
            owner
            | {"item_type": "service", "unique_item_id": f"B{owner['id']}", "description": "D", "price": 1}
            | {"currency": "GBP"}
            for owner in owners
        ],
        CreditCard: [
            owner
            | {"holder": "H", "brand": "visa", "last_four": "1111", "expiry_year": 2030, "expiry_month": 1}
            | {"number_ciphertext": b"sealed", "number_hmac": b"hmac", "gateway_token_ciphertext": b"token"}
            for owner in owners
        ],
        Chat: [owner | {"text_ciphertext": b"sealed"} for owner in owners],
        Transaction: [
            owner
            | {"transaction_type": "purchase", "amount": 100, "currency": "GBP", "invoice_number": f"INV-{owner['id']}"}
            | {"gateway_answer_ciphertext": b"sealed"}
            for owner in owners
        ],
        Draft: [
            {
                "operator_id": key,
                "object_table": "tickets",
                "object_id": 1,
                "form": "reply",
                "text_ciphertext": b"sealed",
            }
            for key in (1, 3, 4)
        ],
    }
    for model, values in rows.items():
        database.write(partial(_insert, model=model, values=values))


@pytest.fixture(scope="session")
def logins(cluster: Cluster) -> Iterator[None]:
    """Roles belong to the cluster: they go once no database of an office is left."""
    yield
    for login in (*LOGINS, "sec_service"):
        run_as_owner(cluster, f"DROP ROLE IF EXISTS {login}")


@pytest.fixture(scope="session")
def office(cluster: Cluster, logins: None) -> Iterator[Office]:
    """A filled database that the tests of this folder share: none of them commits what the others would see."""
    with filled_office(cluster, "pt_security") as found:
        yield found


@contextmanager
def filled_office(cluster: Cluster, name: str) -> Iterator[Office]:
    """A database with what both partners have."""
    run_as_owner(cluster, f"CREATE DATABASE {name} TEMPLATE template_pt STRATEGY file_copy")
    database = open_database(cluster.url(name))
    _fill(database)
    yield Office(database, {login: make_login(cluster.url(name), login, role) for login, role in LOGINS.items()})
    database.close()
    run_as_owner(cluster, f"DROP DATABASE {name} WITH (FORCE)")
