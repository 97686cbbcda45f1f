"""Reading a gateway's answer, recorded twice; and the address that a sale is billed to."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from tests.db.makers import ANN, BOB, PAT
from tests.db.refunds.makers import row, sale
from tests.db.users.makers import VAULT

from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange
from partnertui.db.gateway_answer_access import fetch_answer, read_answer, request_answer
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import AnswerReading, Customer, History, Transaction
from partnertui.db.refund_payout import answer_place
from partnertui.db.transaction_billing_address import edit_address, load_address
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator
from partnertui.vault.errors import VaultError


@pytest.fixture
def answered(database: Database) -> Database:
    """Transaction 1, with the gateway's answer."""
    sale(database)
    sealed = VAULT.seal(answer_place("transactions", 1), b'{"decline": "expired_card"}')
    database.write(lambda c: c.execute(update(Transaction).values(gateway_answer_ciphertext=sealed)))
    return database


def ask(database: Database, operator: Operator = ANN, reason: str = "a complaint", table: str = "transactions") -> int:
    return commit_once(database, operator, new_key(), lambda unit: request_answer(unit, table, 1, reason))


def test_an_answer_is_read_once_after_its_request(answered: Database) -> None:
    request = ask(answered)
    assert read_answer(answered, ANN, request, VAULT) == '{"decline": "expired_card"}'
    with pytest.raises(DomainError, match="used already, or it has expired"):
        read_answer(answered, ANN, request, VAULT)
    assert row(answered, AnswerReading).read_at is not None
    query = select(History.operator_name, History.changes).where(History.object_table == "transactions")
    found = answered.read(lambda connection: connection.execute(query.order_by(History.id)).all())
    assert [one.changes["gateway response"][1] for one in found] == ["request to read: a complaint", "read"]


def test_others_and_partners_read_nothing(answered: Database) -> None:
    with pytest.raises(NotAllowed):
        ask(answered, PAT)
    request = ask(answered)
    with pytest.raises(NotAllowed):
        read_answer(answered, BOB, request, VAULT)
    with UnitOfWork(answered, ANN) as unit, pytest.raises(NotAllowed, match="can't be used"):
        fetch_answer(unit, request_answer(unit, "transactions", 1, "now"), VAULT)


def test_a_reason_and_an_answer_are_needed(answered: Database) -> None:
    with pytest.raises(DomainError, match="reason is required"):
        ask(answered, reason=" ")
    with pytest.raises(DomainError, match="No gateway response"):
        ask(answered, table="payments")


def test_an_answer_moved_to_another_row_does_not_open(answered: Database) -> None:
    sealed = VAULT.seal(answer_place("transactions", 2), b"of another one")
    answered.write(lambda c: c.execute(update(Transaction).values(gateway_answer_ciphertext=sealed)))
    with pytest.raises(VaultError):
        read_answer(answered, ANN, ask(answered), VAULT)
    assert row(answered, AnswerReading).read_at is None


def edit(database: Database, seen: dict[str, Any], **typed: object) -> None:
    commit_once(database, ANN, new_key(), lambda unit: edit_address(unit, 1, {**seen, **typed}, seen))


def test_the_address_of_a_sale_leaves_the_customer_alone(database: Database) -> None:
    sale(database, billing_company="Acme", billing_country="DE")
    seen = database.read(lambda connection: load_address(connection, 1))
    edit(database, seen, billing_company="Acme Verwaltung", billing_vat_number="DE 136 695 976", also_customer=False)
    found = row(database, Transaction)
    assert (found.billing_company, found.billing_vat_number) == ("Acme Verwaltung", "DE136695976")
    assert row(database, Customer).company == "Acme"
    with pytest.raises(ConcurrentChange):
        edit(database, seen, billing_company="Other")


def test_the_customer_follows_only_if_that_is_ticked(database: Database) -> None:
    sale(database, billing_company="Acme", billing_country="GB")
    seen = database.read(lambda connection: load_address(connection, 1))
    edit(database, seen, billing_company="Acme Two", billing_city="York", also_customer=True)
    found = row(database, Customer)
    assert (found.company, found.city, found.country) == ("Acme Two", "York", "GB")


def test_a_wrong_vat_number_is_said_at_its_field(database: Database) -> None:
    sale(database, billing_company="Acme", billing_country="DE")
    seen = database.read(lambda connection: load_address(connection, 1))
    with pytest.raises(DomainError) as caught:
        edit(database, seen, billing_vat_number="DE123456789")
    assert caught.value.field == "billing_vat_number"
