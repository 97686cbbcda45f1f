"""What helped last time: the same verdict or code, more alike with phone and carrier; reopened tickets don't count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.db.makers import ANN, NOW, PAT
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.models import Cdr, History, Ticket, TicketAttachment, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.db.tickets.similar import Similar, similar_tickets
from partnertui.domain.call_enums import Disposition
from partnertui.domain.operators import Operator

HERE, ELSEWHERE = "203.0.113.66", "203.0.113.10"
SNOM, YEALINK = "Snom D785 10.1.33.33", "Yealink SIP-T46U 108.86.0.20"
DAY = timedelta(days=1)


def call(key: int, code: int, agent: str = SNOM, carrier: str = HERE) -> dict[str, object]:
    """An outbound call of the phone through the carrier."""
    return {
        "id": key,
        "started_at": NOW - 60 * DAY,
        "category": "dialled",
        "direction": "outbound",
        "customer_id": CUSTOMER,
        "disposition": Disposition.FAILED,
        "sip_code": code,
        "source_user_agent": agent,
        "destination_ip": carrier,
    }


def solved(connection: Connection, key: int, cdr: int | None = None, code: str = "", reopened: int = 0) -> None:
    """A ticket solved 40 days ago with a reply; reopened so many days later, and solved again."""
    ticket = {
        "id": key,
        "number": f"T-{key}",
        "subject": f"Ticket {key}",
        "customer_id": CUSTOMER,
        "partner_id": 7,
        "state": "solved",
        "created_at": NOW - 50 * DAY,
        "last_update_at": NOW - 40 * DAY + timedelta(minutes=key),
        "solved_at": NOW - 40 * DAY,
        "cdr_id": cdr,
    }
    connection.execute(insert(table_of(Ticket)), [ticket])
    said = [("reply", f"Do {key}.", None, -1), ("event", "solved", ["open", "solved"], 0)]
    if reopened:
        said += [("event", "open", ["solved", "open"], reopened), ("event", "solved", ["open", "solved"], reopened + 1)]
    for kind, body, change, days in said:
        message = {
            "ticket_id": key,
            "kind": kind,
            "author": "Ann",
            "body": body,
            "at": NOW - 40 * DAY + days * DAY,
            "facts": {"state": change} if change else None,
        }
        found = connection.execute(insert(table_of(TicketMessage)).returning(table_of(TicketMessage).c.id), message)
        number = found.scalar_one()
        if code and kind == "reply":
            trace(connection, number, code)


def trace(connection: Connection, message: int, code: str) -> None:
    """A trace as evidence."""
    values = {"message_id": message, "name": "trace.pcap", "media_type": "x", "content": b"", "evidence_kind": "trace"}
    connection.execute(insert(table_of(TicketAttachment)), [values | {"evidence": {"facts": [["Code", code]]}}])


def found_by(database: Database, operator: Operator = ANN) -> list[Similar]:
    """What is like the one ticket."""
    return database.read(lambda connection: similar_tickets(connection, operator, TICKET))


def test_the_same_phone_and_carrier_come_first(database: Database) -> None:
    one_ticket(database, cdr_id=1)

    def work(connection: Connection) -> None:
        rows = [call(1, 503), call(2, 503, YEALINK, ELSEWHERE), call(3, 503), call(4, 404), call(5, 503, YEALINK)]
        connection.execute(insert(table_of(Cdr)), rows)
        for key, cdr in ((31, 3), (32, 2), (33, 4), (34, 5)):
            solved(connection, key, cdr)

    database.write(work)
    found = found_by(database)
    assert [one.number for one in found] == ["T-31", "T-34", "T-32"]
    assert found[0].shared == ("503 Service Unavailable", "Snom D785", f"carrier {HERE}")
    assert found[0].replies == ("Do 31.",)
    assert found[2].shared == ("503 Service Unavailable",)


def test_the_verdict_of_attached_traces(database: Database) -> None:
    one_ticket(database)

    def work(connection: Connection) -> None:
        own = connection.execute(table_of(TicketMessage).select()).first()
        assert own is not None
        trace(connection, own.id, "one_way_audio")
        solved(connection, 31, code="one_way_audio")
        solved(connection, 32, code="no_answer")

    database.write(work)
    assert [(one.number, one.shared) for one in found_by(database)] == [("T-31", ("verdict one way audio",))]
    assert [one.number for one in found_by(database, PAT)] == ["T-31"]


@pytest.mark.parametrize(("days", "helps"), [(2, False), (14, False), (20, True)])
def test_reopened_soon_is_not_solved(database: Database, days: int, helps: bool) -> None:
    one_ticket(database, cdr_id=1)

    def work(connection: Connection) -> None:
        connection.execute(insert(table_of(Cdr)), [call(1, 503), call(2, 503)])
        solved(connection, 31, 2, reopened=days)

    database.write(work)
    assert bool(found_by(database)) == helps


@pytest.mark.parametrize("code", [200, 486, 487])
def test_what_says_nothing_is_not_compared(database: Database, code: int) -> None:
    one_ticket(database, cdr_id=1)

    def work(connection: Connection) -> None:
        connection.execute(insert(table_of(Cdr)), [call(1, code), call(2, code)])
        solved(connection, 31, 2)

    database.write(work)
    assert found_by(database) == []


def test_changes_made_meanwhile_are_actions(database: Database) -> None:
    one_ticket(database, cdr_id=1)
    entry = {
        "operator_id": ANN.id,
        "operator_name": "Ann",
        "object_table": "users",
        "object_id": 5,
        "action": "changed",
        "changes": {"international_calls": [False, True]},
        "customer_id": CUSTOMER,
        "partner_id": 7,
    }

    def work(connection: Connection) -> None:
        connection.execute(insert(table_of(Cdr)), [call(1, 503), call(2, 503)])
        solved(connection, 31, 2)
        later = {**entry, "at": NOW - 10 * DAY, "changes": {"name": ["a", "b"]}}
        connection.execute(insert(table_of(History)), [{**entry, "at": NOW - 45 * DAY}, later])

    database.write(work)
    assert found_by(database)[0].actions == ("Ann changed user: international calls False -> True",)
