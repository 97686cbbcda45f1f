"""What a customer's record opens with: right figures, each found through an index."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from tests.db.makers import ANN, NOW, customer, staff

from partnertui.db import customer_overview
from partnertui.db.credit import pace_lines
from partnertui.db.customer_overview import MOST_COUNTED, read_cockpit
from partnertui.db.database import Database
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.registered_count import registered_count
from partnertui.db.kamailio.tables import VERSIONS, tables
from partnertui.db.models import BasketItem, Cdr, Ddi, Payment, Ticket, Transaction, TransactionItem, User
from partnertui.db.unit_of_work import UnitOfWork

TODAY = NOW - timedelta(hours=12)


@pytest.fixture
def acme(database: Database) -> int:
    """A customer with some of everything, and another one with the same."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        found = [customer(company=name, partner_id=7) for name in ("Acme", "Other")]
        for one in found:
            work.add(one)
        work.commit()
    for one in found:
        database.write(partial(fill, key=one.id))
    return found[0].id


def fill(connection: Connection, key: int) -> None:
    def add(model: Any, *rows: dict[str, Any]) -> None:
        connection.execute(insert(model), [{"customer_id": key, **row} for row in rows])

    payment = {"payment_type": "card", "amount": 9, "currency": "GBP"}
    first = {"at": NOW - timedelta(days=9), "unique_payment_id": f"{key}-1", "state": "completed", "failure_code": None}
    second = {"at": NOW - timedelta(days=2), "unique_payment_id": f"{key}-2", "state": "failed"}
    add(Payment, {**payment, **first}, {**payment, **second, "failure_code": "expired_card"})
    call = {"direction": "outbound"}
    add(
        Cdr,
        *(
            {**call, "category": category, "disposition": disposition, "started_at": NOW - timedelta(hours=hours)}
            for category, disposition, hours in (
                ("dialled", "failed", 1),
                ("received", "rejected", 2),
                ("dialled", "answered", 1),
                ("missed", "no answer", 1),
                ("dialled", "congestion", 13),
            )
        ),
    )
    states = ("new", "open", "solved", "closed")
    add(Ticket, *({"number": f"{key}-{state}", "subject": "x", "state": state} for state in states))
    item = {"item_type": "service", "description": "x", "price": 5, "currency": "GBP"}
    items = (("due", -1), ("due", 3), ("hidden", 2), ("paid", 1))
    add(
        BasketItem,
        *(
            {**item, "unique_item_id": f"{key}-{index}", "state": state, "due_at": NOW + timedelta(days=days)}
            for index, (state, days) in enumerate(items)
        ),
    )
    numbers = (("active", None), ("active", None), ("reserved", None))
    add(Ddi, *({"number": f"{key}{index}", "country": "GB", "state": one[0]} for index, one in enumerate(numbers)))
    add(Transaction, {"id": key, "transaction_type": "renewal", "amount": 1, "currency": "GBP"})
    line = {"transaction_id": key, "item_type": "subscription", "description": "x", "unit_price": 1, "total": 1}
    add(TransactionItem, {**line, "currency": "GBP", "period_to": NOW + timedelta(days=20)})
    user = {"name": "U", "sip_domain": f"{key}.example.net"}
    people = (("1", "active"), ("2", "active"), ("3", "disabled"))
    add(User, *({**user, "email": f"{key}{one}", "sip_username": one, "state": state} for one, state in people))


def test_the_figures(database: Database, acme: int) -> None:
    found = database.read(lambda connection: read_cockpit(connection, acme, NOW, TODAY))
    assert found["last_payment"]["failure_code"] == "expired_card"
    assert (found["failed_today"], found["open_tickets"]) == (2, 2)
    assert found["basket"] == [{"currency": "GBP", "items": 2, "total": 10, "overdue": 1}]
    assert found["ddis"] == [{"state": "active", "numbers": 2}, {"state": "reserved", "numbers": 1}]
    assert (found["next_due"], found["paid_until"]) == (NOW + timedelta(days=2), NOW + timedelta(days=20))
    assert sorted(found["phones"]) == [("1", f"{acme}.example.net"), ("2", f"{acme}.example.net")]
    assert found["pace"].spent == 0


def test_a_customer_without_anything(database: Database, acme: int) -> None:
    found = database.read(lambda connection: read_cockpit(connection, 999, NOW, TODAY))
    assert found["last_payment"] is None
    assert not any(found[name] for name in ("failed_today", "open_tickets", "basket", "ddis", "next_due", "phones"))


def test_counting_ends_somewhere(database: Database, acme: int) -> None:
    call = {"category": "dialled", "direction": "outbound", "disposition": "failed", "customer_id": acme}
    calls = [{**call, "started_at": NOW} for _ in range(MOST_COUNTED + 5)]
    database.write(lambda connection: connection.execute(insert(Cdr), calls))
    found = database.read(lambda connection: read_cockpit(connection, acme, NOW, TODAY))
    assert found["failed_today"] == MOST_COUNTED


def plan_of(database: Database, statement: Any) -> str:
    """How the database would run a statement, on tables that look large."""
    compiled = statement.compile(database.engine, compile_kwargs={"literal_binds": True})

    def explain(connection: Connection) -> str:
        if database.dialect == "sqlite":
            return "\n".join(str(row) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}"))
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.exec_driver_sql("EXPLAIN (FORMAT JSON) " + str(compiled).replace("%", "%%")).scalar()
        return json.dumps(rows)

    return database.read(explain)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (customer_overview.last_payment, "ix_payments_customer_id_at"),
        (customer_overview.open_tickets, "ix_tickets_customer_id"),
        (lambda key: customer_overview.basket(key, NOW), "ix_basket_items_customer_id"),
        (customer_overview.ddis, "ix_ddis_customer_id"),
        (lambda key: customer_overview.next_due(key, NOW), "ix_basket_items_customer_id"),
        (customer_overview.paid_until, "ix_transaction_items_customer_id"),
        (customer_overview.phones, "ix_users_customer_id|uq_users_customer_id_extension"),
        (lambda key: pace_lines(key, NOW), "ix_statement_entries_customer_id_at"),
    ],
)
def test_every_query_has_its_index(database: Database, acme: int, query: Any, index: str) -> None:
    found = plan_of(database, query(acme))
    assert any(name in found for name in index.split("|")), found
    assert "SCAN cdrs" not in found
    assert '"Seq Scan"' not in found


def test_failed_calls_are_found_among_those_of_others(database: Database, acme: int) -> None:
    call = {"category": "dialled", "direction": "outbound", "disposition": "failed"}
    calls = [{**call, "customer_id": 100 + index, "started_at": NOW} for index in range(5_000)]
    old = [{**call, "customer_id": acme, "started_at": NOW - timedelta(days=index)} for index in range(2, 1_000)]
    database.write(lambda connection: connection.execute(insert(Cdr), calls + old))
    if database.dialect == "postgresql":
        database.write(lambda connection: connection.execute(text("ANALYZE cdrs")))
    assert "ix_cdrs_slot_started_at" in plan_of(database, customer_overview.failed_calls(acme, TODAY))


def test_registered_phones_are_counted_once_and_only_the_customers(database: Database, acme: int) -> None:
    kamailio, found = KamailioDatabase(database.url), tables()
    database.write(lambda connection: found.metadata.create_all(connection))

    def fill_location(connection: Connection) -> None:
        versions = [{"table_name": name, "table_version": number} for name, number in VERSIONS.items()]
        connection.execute(insert(found.version), versions)
        rows = [
            ("1", f"{acme}.example.net", 60),
            ("1", f"{acme}.example.net", 90),
            ("2", f"{acme}.example.net", -60),
            ("2", f"{acme + 1}.example.net", 60),
            ("9", f"{acme}.example.net", 60),
        ]
        connection.execute(insert(found.location), [location(index, *row) for index, row in enumerate(rows)])

    def count(connection: Connection) -> int:
        phones = read_cockpit(connection, acme, NOW, TODAY)["phones"]
        return registered_count(connection, kamailio, acme, phones, NOW)

    database.write(fill_location)
    assert database.read(count) == 1
    without_domain = [location(10, "2", "", 60)]
    database.write(lambda connection: connection.execute(insert(found.location), without_domain))
    assert database.read(count) == 1, "two customers have a user 2, so nobody can tell whose it is"
    assert database.read(lambda connection: registered_count(connection, kamailio, acme, [], NOW)) == 0


def location(number: int, username: str, domain: str, seconds: int) -> dict[str, Any]:
    """A registration that expires in some seconds."""
    times = {"expires": NOW + timedelta(seconds=seconds), "last_modified": NOW}
    return {"ruid": f"r{number}", "username": username, "domain": domain, "contact": "sip:x", "callid": "c", **times}
