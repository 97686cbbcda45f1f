"""What an agent or a mail links is the ticket's call or phone wherever one is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, insert, select, update
from tests.db.makers import ANN, NOW, PAT
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket

from partnertui.db.changes_before_failure import time_line_of_ticket
from partnertui.db.database import Database
from partnertui.db.mail.mentioned_call_links import link_named
from partnertui.db.models import Cdr, CustomerPhone, PhoneModel, ProbeRun, Ticket, TicketMessage, User
from partnertui.db.models.base import table_of
from partnertui.db.tickets.bundle import bundle_parts
from partnertui.db.tickets.figures import ticket_figures
from partnertui.db.tickets.linked_records import aor_of_ticket, call_of_ticket, linked_phones
from partnertui.db.tickets.links import add_link
from partnertui.db.tickets.repeatable_test import find_before
from partnertui.db.tickets.reply_variables import resolve
from partnertui.db.tickets.similar import similar_tickets
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import AOR

OTHER = TICKET + 1
CALL_ID = "a84b4c76e66710@pc33.example.com"
Link = Callable[[Database, int, int], None]


def by_agent(database: Database, ticket: int, call: int) -> None:
    """As the screen does."""
    link(database, ticket, "cdrs", call)


def by_mail(database: Database, ticket: int, call: int) -> None:
    """As a mail that names the Call-ID does."""
    with UnitOfWork(database, ANN) as work:
        row = work.get(Ticket, ticket)
        message = work.session.scalar(select(TicketMessage.id).order_by(TicketMessage.id))
        assert message is not None
        link_named(work.session.connection(), row, message, f"The failed call was\nCall-ID: {call}{CALL_ID}", "DE")
        work.commit()


def link(database: Database, ticket: int, table: str, key: int) -> None:
    """A link by an agent."""
    with UnitOfWork(database, ANN) as work:
        version = work.get(Ticket, ticket).version
        add_link(work, ticket, table, key, str(key), version=version)
        work.commit()


def fill(database: Database) -> None:
    """Calls 1 to 3 of one carrier, users 1 and 2 with a phone each, another ticket that stayed solved."""
    one_ticket(database)
    call = {
        "started_at": NOW - timedelta(minutes=30),
        "category": "dialled",
        "direction": "outbound",
        "customer_id": CUSTOMER,
        "partner_id": 7,
        "destination_number": "4930123456",
        "disposition": "failed",
        "sip_code": 503,
        "source_user_agent": "Yealink SIP-T46U 108.86.0.20",
        "destination_ip": "203.0.113.66",
    }
    user = {"customer_id": CUSTOMER, "partner_id": 7, "sip_domain": "lab.test"}
    phone = {"customer_id": CUSTOMER, "partner_id": 7, "phone_model_id": 1, "last_provisioned_at": NOW}

    def work(connection: Connection) -> None:
        calls = [call | {"id": number, "call_id_a": f"{number}{CALL_ID}"} for number in (1, 2, 3)]
        connection.execute(insert(table_of(Cdr)), calls)
        connection.execute(insert(table_of(PhoneModel)), {"id": 1, "make": "Snom", "model": "D785", "ouis": []})
        for number in (1, 2):
            name = f"100{number}"
            names = {"name": name, "extension": name, "sip_username": name, "email": f"{name}@acme.example"}
            connection.execute(insert(table_of(User)), user | names | {"id": number})
            agent = {"last_provisioned_agent": f"Snom D78{number}", "mac": f"00041300000{number}"}
            connection.execute(insert(table_of(CustomerPhone)), phone | agent | {"id": number + 10, "user_id": number})
        solved = {"number": "T-2", "subject": "solved", "customer_id": CUSTOMER, "partner_id": 7, "state": "solved"}
        solved |= {"created_at": NOW, "solved_at": NOW, "last_update_at": NOW, "id": OTHER}
        connection.execute(insert(table_of(Ticket)), solved)
        run = {"operator_id": 1, "kind": "options", "target": "sip:1002@192.0.2.9", "phone": "1002@lab.test"}
        connection.execute(insert(table_of(ProbeRun)), run | {"partner_id": 7, "at": NOW, "report": "r"})

    database.write(work)


def parts(database: Database) -> dict[str, list[dict[str, object]]]:
    """The calls and tests of the bundle."""
    with UnitOfWork(database, ANN) as work:
        found = bundle_parts(work, TICKET)
    return {part.name: json.loads(part.content) for part in found if part.name in {"calls.json", "probes.json"}}


def call_id(database: Database) -> int | None:
    """The call of the ticket."""
    query = select(call_of_ticket()).select_from(Ticket).where(Ticket.id == TICKET)
    return database.read(lambda connection: connection.scalar(query))


@pytest.mark.parametrize("link_call", [by_agent, by_mail])
def test_a_linked_call_is_the_tickets(database: Database, link_call: Link) -> None:
    fill(database)
    assert call_id(database) is None
    assert database.read(lambda connection: similar_tickets(connection, ANN, TICKET)) == []
    link_call(database, TICKET, 1)
    link_call(database, OTHER, 3)
    assert call_id(database) == 1
    for who in (ANN, PAT):
        (similar,) = database.read(partial(similar_tickets, operator=who, ticket_id=TICKET))
        assert similar.shared == ("503 Service Unavailable", "Yealink SIP-T46U", "carrier 203.0.113.66")
    figures = database.read(lambda connection: list(ticket_figures(connection, ANN, NOW + timedelta(hours=1))))
    assert {(row["name"], row["opened"]) for row in figures if row["grouping"] not in ("day", "agent", "customer")} == {
        ("503 Service Unavailable", 2)
    }
    text = "{call.number} {endpoint.user_agent}"
    filled = database.read(lambda connection: resolve(connection, text, ticket_id=TICKET, agent_id=1))
    assert filled.text == "+49 30 123456 Yealink SIP-T46U 108.86.0.20"
    assert [call["id"] for call in parts(database)["calls.json"]] == [1]
    line = database.read(lambda connection: time_line_of_ticket(connection, ANN, TICKET))
    assert line.found is not None


def test_the_newest_link_counts_and_the_column_before_it(database: Database) -> None:
    fill(database)
    by_agent(database, TICKET, 2)
    by_agent(database, TICKET, 1)
    assert call_id(database) == 1
    database.write(lambda connection: connection.execute(update(Ticket).values(cdr_id=3)))
    assert call_id(database) == 3


@pytest.mark.parametrize(("table", "key"), [("users", 2), ("customer_phones", 12)])
def test_a_linked_phone_is_the_tickets(database: Database, table: str, key: int) -> None:
    fill(database)
    assert database.read(lambda connection: find_before(connection, ANN, TICKET)) is None
    link(database, TICKET, "users", 1)
    link(database, TICKET, table, key)
    assert database.read(lambda connection: aor_of_ticket(connection, TICKET)) == "1002@lab.test"
    before = database.read(lambda connection: find_before(connection, ANN, TICKET))
    assert before is not None
    assert before.facts[AOR] == "1002@lab.test"
    assert [run["phone"] for run in parts(database)["probes.json"]] == ["1002@lab.test"]
    phones = database.read(lambda connection: linked_phones(connection, [TICKET, OTHER]))
    assert [phone.user_agent for phone in phones[TICKET]] == ["Snom D782", "Snom D781"]
    filled = database.read(
        lambda connection: resolve(connection, "{endpoint.user_agent}", ticket_id=TICKET, agent_id=1)
    )
    assert filled.text == "Snom D782"


def test_the_phone_in_the_ticket_comes_first_and_the_requesters_last(database: Database) -> None:
    fill(database)
    database.write(lambda connection: connection.execute(update(Ticket).values(user_id=1)))
    assert database.read(lambda connection: aor_of_ticket(connection, TICKET)) == "1001@lab.test"
    link(database, TICKET, "users", 2)
    assert database.read(lambda connection: aor_of_ticket(connection, TICKET)) == "1002@lab.test"
    database.write(lambda connection: connection.execute(update(Ticket).values(aor="1009@lab.test")))
    assert database.read(lambda connection: aor_of_ticket(connection, TICKET)) == "1009@lab.test"
    assert database.read(lambda connection: aor_of_ticket(connection, 999)) == ""


def test_similar_tickets_share_the_linked_phone(database: Database) -> None:
    fill(database)
    for ticket, call in ((TICKET, 1), (OTHER, 3)):
        link(database, ticket, "cdrs", call)
    link(database, TICKET, "users", 2)
    link(database, OTHER, "customer_phones", 12)
    (similar,) = database.read(lambda connection: similar_tickets(connection, ANN, TICKET))
    assert "Snom D782" in similar.shared
