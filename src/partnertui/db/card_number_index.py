"""Makes the keyed hash of stored card numbers by which *Find by full number* finds them."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, LargeBinary, bindparam, select, update

from partnertui.db.card_by_full_number import card_hash
from partnertui.db.customer_data_keys import with_customers_keys
from partnertui.db.database import Database
from partnertui.db.models import CreditCard
from partnertui.db.models.base import table_of
from partnertui.domain.errors import DomainError
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Place, Vault

BATCH = 2_000
"""Cards in one transaction."""


def number_place(card_id: int) -> Place:
    """Where a card's encrypted number is bound to."""
    return Place("credit_cards", "number_ciphertext", str(card_id))


def index_card_numbers(database: Database, vault: Vault, key: bytes) -> tuple[int, int]:
    """Hashes the numbers that have no hash yet; returns how many, and how many can't be read. Raises DatabaseError.

    `key` is that of `search_key`. Each batch is a transaction; run again, it goes on.
    """
    cards = table_of(CreditCard).c
    missing = select(cards.id, cards.number_ciphertext).where(
        cards.number_ciphertext.is_not(None), cards.number_hmac.is_(None)
    )
    # a card that is deleted meanwhile has no number any more, and gets no hash
    store = (
        update(table_of(CreditCard))
        .where(cards.id == bindparam("card"), cards.number_ciphertext == bindparam("read", type_=LargeBinary))
        .values(number_hmac=bindparam("hash", type_=LargeBinary))
    )
    opened = database.read(lambda connection: with_customers_keys(connection, vault), deadline=600)

    def work(connection: Connection, after: int) -> tuple[int, int, int] | None:
        rows = connection.execute(missing.where(cards.id > after).order_by(cards.id).limit(BATCH)).all()
        found = []
        for row in rows:
            try:
                number = opened.open(number_place(row.id), row.number_ciphertext).decode("ascii")
                found.append({"card": row.id, "read": row.number_ciphertext, "hash": card_hash(key, number)})
            except (VaultError, UnicodeDecodeError, DomainError):
                continue
        if found:
            connection.execute(store, found)
        return (rows[-1].id, len(found), len(rows) - len(found)) if rows else None

    after = hashed = unreadable = 0
    while (step := database.write(partial(work, after=after))) is not None:
        after, hashed, unreadable = step[0], hashed + step[1], unreadable + step[2]
    return hashed, unreadable
