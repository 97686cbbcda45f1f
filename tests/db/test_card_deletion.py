"""Deleting a card destroys what could be charged with it, in the row, the history and SQLite's file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update
from tests.db.makers import ANN, PAT, customer, staff

from partnertui.db.card_deletion import delete_card, leaves_top_up_without_card
from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.models import CreditCard, Customer, History
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import CardStatus
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator

CANARY = b"sealed 4111111111111111 sealed"


@pytest.fixture
def card(database: Database) -> CreditCard:
    """The default card of a customer who tops up automatically."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer(auto_top_up=True, top_up_amount=1)
        work.add(new)
        work.session.flush()
        stored = CreditCard(
            customer_id=new.id, holder="A", brand="Visa", last_four="1111", expiry_year=2030, expiry_month=1
        )
        stored.number_ciphertext = stored.number_hmac = stored.gateway_token_ciphertext = CANARY
        stored.is_default = True
        work.add(stored)
        work.commit()
        return stored


def delete(database: Database, key: int, version: int, who: Operator = ANN) -> None:
    with UnitOfWork(database, who) as work:
        delete_card(work, key, version)
        work.commit()


def test_nothing_of_it_is_left(database: Database, card: CreditCard) -> None:
    assert database.read(lambda connection: leaves_top_up_without_card(connection, card.id))
    delete(database, card.id, card.version)
    row = database.read(lambda c: c.execute(select(CreditCard.__table__)).mappings().one())
    assert (row["status"], row["last_four"], row["is_default"]) == (CardStatus.DELETED, "1111", False)
    assert row["number_ciphertext"] is row["number_hmac"] is row["gateway_token_ciphertext"] is None
    assert CANARY.decode() not in str(database.read(lambda c: c.execute(select(History.__table__)).all()))
    if database.dialect == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            path = Path(connection.exec_driver_sql("PRAGMA database_list").all()[0][2])
        assert b"1111" in (content := path.read_bytes())
        assert CANARY not in content


def test_it_is_deleted_once_and_only_by_who_sees_it(database: Database, card: CreditCard) -> None:
    with pytest.raises(RowDeleted):
        delete(database, card.id, card.version, PAT)
    with pytest.raises(ConcurrentChange):
        delete(database, card.id, card.version + 1)
    delete(database, card.id, card.version)
    with pytest.raises(DomainError, match="already been deleted"):
        delete(database, card.id, card.version + 1)


def test_another_card_can_top_up(database: Database, card: CreditCard) -> None:
    other = {"holder": "A", "brand": "Visa", "last_four": "2222", "expiry_year": 2030, "expiry_month": 1}
    with UnitOfWork(database, ANN) as work:
        work.add(CreditCard(customer_id=card.customer_id, **other))
        work.commit()
    assert not database.read(lambda connection: leaves_top_up_without_card(connection, card.id))
    database.write(lambda c: c.execute(update(Customer).values(auto_top_up=False)))
    assert not database.read(lambda connection: leaves_top_up_without_card(connection, card.id))
