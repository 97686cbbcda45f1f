"""An erased customer is nowhere any more, what the law keeps stays, and the audit chain holds; on both databases."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from tests.db.killed_writes import killed_after
from tests.db.makers import ANN, BOB, NOW, staff
from tests.db.privacy.canaries import CUSTOMER, OTHER, canary, company, fill, in_tables

from partnertui.db.audit_verification import verify
from partnertui.db.database import Database
from partnertui.db.models import Base, Cdr, Customer, Draft, History, Partner
from partnertui.db.models.base import now
from partnertui.db.privacy.erase import clear_old_numbers, erase
from partnertui.db.privacy.erasure_plan import Plan, plan_erasure
from partnertui.db.privacy.personal_tables import KEPT, Reason, personal_tables
from partnertui.domain.errors import DomainError, NotAllowed

BY_LAW = {
    "invoices",
    "transactions",
    "transaction_items",
    "payments",
    "payment_corrections",
    "refunds",
    "basket_items",
}
"""Tables whose texts stay, since they are vouchers."""
NOT_OF_A_PERSON = {
    "credit_cards.brand",
    "credit_cards.gateway",
    "cdrs.destination_country",
    "cdrs.prefix_name",
    "cdrs.codec",
    "cdrs.server",
    "cdrs.origin",
    "tickets.number",
    "tickets.channel",
}


@pytest.fixture
def planted(database: Database) -> dict[str, str]:
    """Two customers with canaries; those of the first."""
    staff(database)
    fill(database, OTHER)
    return fill(database)


def plan(database: Database, country: str = "DE") -> Plan:
    return database.read(lambda connection: plan_erasure(connection, CUSTOMER, country))


def must_go(planted: dict[str, str]) -> set[str]:
    return {word for name, word in planted.items() if name.split(".")[0] not in BY_LAW and name not in NOT_OF_A_PERSON}


def test_nothing_of_the_person_is_in_any_table(database: Database, planted: dict[str, str]) -> None:
    words = must_go(planted)
    assert len(words) > 150
    assert len(set(in_tables(database, words).values())) > 150
    others = in_tables(database, {canary(OTHER, "customers", "company"), canary(OTHER, "ticket_messages", "body")})
    erase(database, plan(database), BOB)
    assert in_tables(database, words) == {}
    assert in_tables(database, set(others.values())) == others
    assert company(database, CUSTOMER) == "Erased customer"
    assert database.read(verify).problems == []


def test_nothing_of_the_person_is_in_any_byte_of_the_file(sqlite_database: Database, tmp_path: Path) -> None:
    staff(sqlite_database)
    fill(sqlite_database, OTHER)
    words = must_go(fill(sqlite_database))
    before = Path(str(sqlite_database.engine.url.database or tmp_path / "partnertui.db"))
    files = [before, Path(f"{before}-wal")]
    content = b"".join(path.read_bytes() for path in files if path.exists())
    assert sum(word.encode() in content for word in words) == len(words)
    erase(sqlite_database, plan(sqlite_database), BOB)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert [word for word in words if word.encode() in content] == []
    assert not re.search(rf"zq{CUSTOMER}(ticketmessages|customers|users)".encode(), content)
    assert canary(OTHER, "ticket_messages", "body").encode() in content


def test_an_erasure_that_was_killed_goes_on_and_the_chain_holds_meanwhile(
    database: Database, planted: dict[str, str]
) -> None:
    words = must_go(planted)
    for limit in (1, 3, 8, 12, 15):
        with killed_after(limit):
            erase(database, plan(database), BOB)
        assert database.read(verify).problems == []
    erase(database, plan(database), BOB)
    assert in_tables(database, words) == {}
    entries = select(History.customer_id, History.operator_name).where(History.action == "erased").order_by(History.id)
    assert database.read(lambda c: c.execute(entries).all()) == [(CUSTOMER, "Bob"), (None, "Bob")]
    assert sum(erase(database, plan(database), BOB).values()) > 0  # what is kept is overwritten again, to the same


def test_each_table_has_a_rule_or_is_emptied(database: Database, planted: dict[str, str]) -> None:
    erase(database, plan(database), BOB)
    left = {one.table for one in plan(database).tables}
    assert left == set(KEPT)
    named = {table.name for table in personal_tables()}
    with_customer = {table.name for table in Base.metadata.tables.values() if "customer_id" in table.c}
    assert with_customer - named == {"history"}


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE customers SET status = 'active'", "is active: cancel it first (GDPR, article 17(1)(a)"),
        ("UPDATE customers SET credit = -12000000", "owes £12.00"),
        ("UPDATE customers SET credit = 12000000", "has a credit of £12.00"),
        ("UPDATE payments SET state = 'pending'", "1 payment is pending"),
        ("UPDATE basket_items SET state = 'attached'", "1 basket item is attached"),
        ("UPDATE refunds SET state = 'unknown'", "1 refund is open"),
        ("UPDATE pending_ddis SET state = 'submitted'", "1 order is open"),
        ("UPDATE ddis SET customer_id = 42", "1 number is still assigned to the customer"),
        ("UPDATE tickets SET state = 'open'", "1 ticket is open"),
        ("UPDATE users SET state = 'active'", "1 user is active"),
        ("UPDATE switch_users SET revision = 2", "1 SIP account is not yet written"),
    ],
)
def test_what_is_open_refuses_with_the_law(sqlite_database: Database, statement: str, words: str) -> None:
    staff(sqlite_database)
    fill(sqlite_database)
    before = in_tables(sqlite_database, {canary(CUSTOMER, "customers", "company")})
    sqlite_database.write(lambda c: c.execute(text(statement)))
    found = plan(sqlite_database)
    assert len(found.refusals) == 1
    assert words in found.refusals[0]
    assert "GDPR, article 17" in found.refusals[0]
    with pytest.raises(DomainError, match="GDPR"):
        erase(sqlite_database, found, BOB)
    assert in_tables(sqlite_database, {canary(CUSTOMER, "customers", "company")}) == before


def call(number: str | None, days: int) -> dict[str, Any]:
    fixed = {"category": "dialled", "direction": "outbound", "disposition": "answered", "customer_id": CUSTOMER}
    return {**fixed, "destination_number": number, "started_at": now() - timedelta(days=days)}


def test_numbers_are_shortened_while_the_bill_can_be_disputed_and_then_removed(database: Database) -> None:
    staff(database)
    fill(database)
    rows = [call("442079460123", 10), call("442079460123", 400), call("201", 10)]
    database.write(lambda c: c.execute(insert(Cdr), rows))
    numbers = select(Cdr.destination_number, Cdr.source_ip).where(Cdr.id != CUSTOMER).order_by(Cdr.id)
    erase(database, plan(database), BOB)
    assert database.read(lambda c: c.execute(numbers).all()) == [("442079460xxx", None), (None, None), (None, None)]
    assert clear_old_numbers(database, "DE") == 0
    database.write(lambda c: c.execute(update(Cdr).values(started_at=now() - timedelta(days=200))))
    assert clear_old_numbers(database, "FR") == 0  # where they may be kept for a year
    assert clear_old_numbers(database, "DE") == 2
    assert database.read(lambda c: c.execute(numbers).all()) == [(None, None)] * 3


def test_the_plan_names_the_law_of_the_sellers_country(database: Database) -> None:
    staff(database)
    fill(database)
    for country, words in (
        ("DE", "§ 147 AO and § 257 HGB (books 10 years, vouchers 8, letters 6), until 2036-12-31"),
        ("GB", "Companies Act 2006, s. 388 (6 years), until 2032-12-31"),
        ("AT", "the tax law of Austria (10 years assumed: check it), until 2036-12-31"),
    ):
        found = plan(database, country)
        assert words in found.words_of(Reason.ACCOUNTS)
    assert "§ 10 TDDDG" in plan(database).words_of(Reason.TRAFFIC)
    database.write(lambda c: c.execute(update(Customer).where(Customer.id == CUSTOMER).values(partner_id=7)))
    database.write(lambda c: c.execute(update(Partner).where(Partner.id == 7).values(country="IE")))
    assert "Taxes Consolidation Act" in plan(database).words_of(Reason.ACCOUNTS)


def test_only_admins_erase(sqlite_database: Database) -> None:
    staff(sqlite_database)
    fill(sqlite_database)
    with pytest.raises(NotAllowed):
        erase(sqlite_database, plan(sqlite_database), ANN)
    assert company(sqlite_database, CUSTOMER) == canary(CUSTOMER, "customers", "company")


def test_drafts_about_the_customers_records_go(database: Database) -> None:
    staff(database)
    fill(database)
    own = {"operator_id": 1, "text_ciphertext": b"sealed", "saved_at": NOW}
    rows = [
        {**own, "object_table": "tickets", "object_id": CUSTOMER, "form": "reply"},
        {**own, "object_table": "users", "object_id": 0, "form": f"edit of {CUSTOMER}"},
        {**own, "object_table": "tickets", "object_id": OTHER, "form": "reply"},
    ]
    database.write(lambda c: c.execute(insert(Draft), rows))
    erase(database, plan(database), BOB)
    assert database.read(lambda c: list(c.scalars(select(Draft.object_id)))) == [OTHER]
