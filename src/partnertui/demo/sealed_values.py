"""Encrypted SIP passwords, card numbers, gateway tokens and conference PINs of the demo, under its own keys."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sqlalchemy import Connection, bindparam, select, update

from partnertui.db.card_number_index import index_card_numbers
from partnertui.db.database import Database
from partnertui.db.models import Conference, CreditCard, User
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.db.sealed_column_list import SEALED, SealedColumn
from partnertui.domain.passwords import LETTERS, SIP_PASSWORD_LENGTH
from partnertui.vault.sealed_values import Vault

TEST_NUMBERS = {
    "4242": "4242424242424242",
    "4444": "5555555555554444",
    "0005": "378282246310005",
    "0077": "4000000000000077",
}
"""Card numbers that gateways publish for tests, by their last four digits; no bank issues them."""


def seal_values(database: Database, vault: Vault, search_key: bytes) -> None:
    """Encrypts a made-up value wherever one belongs, and makes card numbers searchable. Raises DatabaseError."""
    made: dict[tuple[type, str], Callable[[ResultRow], str]] = {
        (Conference, "pin_ciphertext"): lambda row: f"{_random('PIN', row).randrange(10**6):06}",
        (Conference, "moderator_pin_ciphertext"): lambda row: f"{_random('moderator', row).randrange(10**6):06}",
        (CreditCard, "number_ciphertext"): lambda row: TEST_NUMBERS[row.last_four],
        (CreditCard, "gateway_token_ciphertext"): lambda row: f"tok_{_random('token', row).randrange(16**16):016x}",
        (User, "sip_password_ciphertext"): _sip_password,
    }
    hashes = update(table_of(CreditCard)).values(number_hmac=None)
    database.write(lambda connection: connection.execute(hashes), deadline=600)
    for column in SEALED:
        if (column.model, column.name) in made:
            _seal(database, vault, column, made[column.model, column.name])
    index_card_numbers(database, vault, search_key)


def _random(what: str, row: ResultRow) -> Random:
    return Random(f"{what} of {row.id}")


def _sip_password(row: ResultRow) -> str:
    random = Random(f"SIP password of user {row.id}")
    return "".join(random.choice(LETTERS) for _ in range(SIP_PASSWORD_LENGTH))


def _seal(database: Database, vault: Vault, column: SealedColumn, value: Callable[[ResultRow], str]) -> None:
    table = table_of(column.model)

    def work(connection: Connection) -> None:
        rows = connection.execute(select(table).where(table.c[column.name].is_not(None))).all()
        sealed = [{"row": row.id, "sealed": vault.seal(column.place(row), value(row).encode())} for row in rows]
        if sealed:
            change = update(table).where(table.c.id == bindparam("row"))
            connection.execute(change.values({column.name: bindparam("sealed")}), sealed)

    database.write(work, deadline=600)
