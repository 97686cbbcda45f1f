"""A customer of ours whose users are the lab's phones."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from partnertui.db.database import Database
from partnertui.db.models import Customer, OperatorAccount, User
from partnertui.domain.operators import Role

COMPANY = "Narrowboat Bakery"
NAMES = ("Alice", "Bob", "Busy", "Ringer", "Silent", "Decliner", "Faulty", "Answerer", "Dave", "Caller", "Carol")


def furnish(database: Database) -> None:
    """The customer, its users 1001 … 1011 at lab.test, and an operator."""
    users = [
        {
            "customer_id": 1,
            "name": name,
            "email": f"{number}@lab.test",
            "extension": str(number),
            "sip_domain": "lab.test",
            "sip_username": str(number),
        }
        for number, name in enumerate(NAMES, 1001)
    ]

    def work(connection: Any) -> None:
        connection.execute(insert(Customer), [{"id": 1, "company": COMPANY, "country": "GB", "currency": "GBP"}])
        connection.execute(insert(User), users)
        connection.execute(insert(OperatorAccount), [{"login": "ann", "name": "Ann", "role": Role.ADMIN}])

    database.write(work)
