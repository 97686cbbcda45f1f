"""The queue by harm, as the database ranks it, is the sum that the program explains; on both databases."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from tests.db.makers import customer, staff

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer, PricePlan, Ticket
from partnertui.db.models.base import now, table_of
from partnertui.db.rows.dict_rows import fetch_dicts
from partnertui.domain.call_enums import Disposition
from partnertui.domain.ticket_enums import TicketState
from partnertui.screens.support.harm_text import harm_text
from partnertui.screens.support.queries import tickets

FEES = (None, 5_000_000, 20_000_000, 100_000_000)
LEFT = (None, -5, 20, 90, 400, 6000)
"""Minutes until the SLA is due."""


@pytest.fixture
def queue(database: Database) -> Database:
    """A ticket for each plan and time left, by customers with 1 to 5 failing calls, some paused or solved."""
    staff(database)
    at = now()

    def work(connection: Connection) -> None:
        named = {n: fee for n, fee in enumerate(FEES) if fee}
        plans = [{"id": n, "name": f"Plan {n}", "monthly_fee": fee, "currency": "GBP"} for n, fee in named.items()]
        connection.execute(insert(table_of(PricePlan)), plans)
        people, calls, rows = list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
        for number, (plan, left) in enumerate(itertools.product(range(len(FEES)), LEFT), 1):
            company = customer(id=number, company=f"C{number}", price_plan_id=plan or None)
            people.append({name: value for name, value in vars(company).items() if not name.startswith("_")})
            calls += [call(number, at, index) for index in range(number % 5 + 1)]
            due = None if left is None else at + timedelta(minutes=left)
            paused = at if number % 7 == 0 else None
            state = TicketState.SOLVED if number % 11 == 0 else TicketState.OPEN
            rows.append(
                {
                    "id": number,
                    "number": f"T-{number}",
                    "subject": "no calls",
                    "customer_id": number,
                    "state": state,
                    "sla_due_at": due,
                    "sla_paused_since": paused,
                    "created_at": at,
                }
            )
        for model, values in ((Customer, people), (Cdr, calls), (Ticket, rows)):
            for one in values:
                connection.execute(insert(table_of(model)), one)

    database.write(work)
    return database


def call(customer_id: int, at: Any, index: int) -> dict[str, Any]:
    """A failed call of a customer; the first of them is too old to count."""
    return {
        "customer_id": customer_id,
        "source_number": "1001",
        "destination_number": f"4420718{customer_id:05}",
        "started_at": at - (timedelta(hours=2) if index == 0 else timedelta(minutes=index)),
        "category": "dialled",
        "direction": "outbound",
        "disposition": Disposition.FAILED,
        "sip_code": 503,
    }


def test_the_order_is_that_of_the_sums(queue: Database) -> None:
    statement = tickets()
    harm = statement.selected_columns["harm"]
    rows = queue.read(lambda connection: fetch_dicts(connection, statement.order_by(harm.desc(), Ticket.id)))
    sums = [(row["harm"], harm_text(row)) for row in rows if row["state"] != TicketState.SOLVED]
    assert len(sums) == 22
    assert {harm for harm, _ in sums} >= {0, 1, 2, 3}
    assert sums[0][0] > 20
    for harm, words in sums:
        if harm:
            assert int(words.rpartition(" = ")[2].replace(",", "")) == harm, words
        else:
            assert words == "none: no failing calls in the last hour"
    ranked = [harm for harm, _ in sums]
    assert ranked == sorted(ranked, reverse=True)
    assert all(row["harm"] == 0 and harm_text(row) == "" for row in rows if row["state"] == TicketState.SOLVED)
