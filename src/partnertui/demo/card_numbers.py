"""Encrypted card numbers of the demo: those that gateways publish for tests, so that one can be searched for."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from partnertui.db.card_number_index import number_place
from partnertui.db.database import Database
from partnertui.db.models import CreditCard
from partnertui.db.models.base import table_of
from partnertui.vault.sealed_values import Vault

TEST_NUMBERS = {
    "4242": "4242424242424242",
    "4444": "5555555555554444",
    "0005": "378282246310005",
    "0077": "4000000000000077",
}
"""Card numbers by their last four digits; no bank issues them."""


def seal_card_numbers(database: Database, vault: Vault) -> int:
    """Encrypts the number of every card that has one; returns how many. Raises DatabaseError."""
    cards = table_of(CreditCard)

    def work(connection: Connection) -> int:
        found = connection.execute(
            select(cards.c.id, cards.c.last_four).where(cards.c.number_ciphertext.is_not(None))
        ).all()
        sealed = [
            {"card": row.id, "sealed": vault.seal(number_place(row.id), TEST_NUMBERS[row.last_four].encode())}
            for row in found
        ]
        change = update(cards).where(cards.c.id == bindparam("card"))
        if sealed:
            connection.execute(change.values(number_ciphertext=bindparam("sealed"), number_hmac=None), sealed)
        return len(sealed)

    return database.write(work, deadline=600)
