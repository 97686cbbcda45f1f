"""Figures of support: counted on the day on which it happened, by agent, customer and verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, update
from tests.db.makers import ANN, PAT, staff

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Ticket, TicketMessage
from partnertui.db.tickets.evidence import attach_evidence
from partnertui.db.tickets.figures import ticket_figures
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import Evidence, EvidenceKind, verdict_words
from partnertui.domain.ticket_enums import MessageKind, TicketState

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(database: Database) -> None:
    staff(database)
    made = {"subject": "no audio", "agent_id": ANN.id, "last_update_at": NOW}
    tickets = [
        {
            **made,
            "id": 1,
            "number": "T-1",
            "created_at": NOW - 30 * HOUR,
            "first_answered_at": NOW - 26 * HOUR,
            "first_answer_due_at": NOW - 28 * HOUR,
            "state": TicketState.SOLVED,
            "solved_at": NOW - 2 * HOUR,
            "solution_due_at": NOW,
        },
        {
            **made,
            "id": 2,
            "number": "T-2",
            "created_at": NOW - 4 * HOUR,
            "first_answered_at": NOW - 2 * HOUR,
            "first_answer_due_at": NOW,
            "state": TicketState.OPEN,
            "solved_at": None,
            "solution_due_at": NOW,
        },
        {
            **made,
            "id": 3,
            "number": "T-3",
            "created_at": NOW - timedelta(days=200),
            "first_answered_at": None,
            "first_answer_due_at": None,
            "state": TicketState.OPEN,
            "solved_at": None,
            "solution_due_at": None,
        },
    ]
    said = {"kind": MessageKind.REPLY, "author": ANN.name, "author_id": ANN.id, "body": "Please restart it."}
    replies = [{**said, "ticket_id": 1, "at": NOW - 26 * HOUR}, {**said, "ticket_id": 2, "at": NOW - 2 * HOUR}]
    database.write(lambda connection: connection.execute(insert(Ticket), tickets))
    database.write(lambda connection: connection.execute(insert(TicketMessage), replies))


def test_each_thing_counts_where_and_when_it_happened(database: Database) -> None:
    fill(database)
    rows = database.read(lambda connection: list(ticket_figures(connection, ANN, NOW)))
    found = {(row["grouping"], row["name"]): row for row in rows}
    today, before = found["day", "2026-11-20"], found["day", "2026-11-19"]
    assert [today[name] for name in ("opened", "answered", "solved", "late")] == [1, 1, 1, 0]
    assert [before[name] for name in ("opened", "answered", "solved", "late")] == [1, 1, 0, 1]
    ann = found["agent", ANN.name]
    assert (ann["opened"], ann["answered"], ann["solved"]) == (2, 2, 1)
    assert ann["first_answer"] == 3 * 3600  # the median of two and four hours
    assert ann["solution"] == 28 * 3600
    assert found["verdict", "No trace or call"]["opened"] == 2


def trace(database: Database, ticket: int, **facts: str) -> None:
    """A trace attached to a ticket, by Ann."""
    found = Evidence(EvidenceKind.TRACE, "Trace", "ladder", "call.pcap", b"x", facts=facts, drawing={"pages": [1, 2]})
    with UnitOfWork(database, ANN) as work:
        attach_evidence(work, ticket, found)
        work.commit()


def test_the_verdict_is_of_the_newest_trace_else_of_the_call(database: Database) -> None:
    fill(database)
    call = {"id": 5, "started_at": NOW, "category": "dialled", "direction": "outbound", "disposition": "failed"}
    database.write(lambda connection: connection.execute(insert(Cdr), call | {"sip_code": 503}))
    database.write(lambda connection: connection.execute(update(Ticket).where(Ticket.id < 3).values(cdr_id=5)))

    def opened() -> dict[str, tuple[int, int]]:
        rows = database.read(lambda connection: list(ticket_figures(connection, ANN, NOW)))
        return {row["name"]: (row["opened"], row["answered"]) for row in rows if row["grouping"] == "verdict"}

    assert opened() == {"503 Service Unavailable": (2, 2)}
    trace(database, 1, Code="congestion")
    trace(database, 1, Code="one_way_audio")
    trace(database, 1, Verdict="without a code")
    trace(database, 1, Code="ok", Proof="after")
    assert opened() == {"One-way audio": (1, 1), "503 Service Unavailable": (1, 1)}
    assert [verdict_words(code) for code in ("nat_binding_lost", "ok")] == ["NAT binding lost", "Nothing wrong"]


def test_a_partner_sees_only_its_own(database: Database) -> None:
    fill(database)
    stranger = replace(PAT, partner_id=99)
    assert database.read(lambda connection: list(ticket_figures(connection, stranger, NOW))) == []
