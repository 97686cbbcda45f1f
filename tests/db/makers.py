"""Rows for the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert

from partnertui.db.database import Database
from partnertui.db.models import Customer, OperatorAccount, Partner
from partnertui.domain.operators import Operator, Role

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ANN = Operator(1, "ann", "Ann", Role.SUPPORT, None)
BOB = Operator(2, "bob", "Bob", Role.ADMIN, None)
PAT = Operator(3, "pat", "Pat", Role.PARTNER, 7)


def staff(database: Database) -> None:
    """Two partners and three operators."""

    def work(connection: Any) -> None:
        connection.execute(insert(Partner), [{"id": 7, "name": "Seven"}, {"id": 8, "name": "Eight"}])
        rows = [
            {"id": who.id, "login": who.login, "name": who.name, "role": who.role, "partner_id": who.partner_id}
            for who in (ANN, BOB, PAT)
        ]
        connection.execute(insert(OperatorAccount), rows)

    database.write(work)


def customer(**fields: Any) -> Customer:
    """A customer with all that must be there."""
    return Customer(**({"company": "Acme", "country": "GB", "currency": "GBP"} | fields))
