"""Figures of the services: what waits, what is late, what failed; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.db.makers import NOW

from partnertui.db.database import Database
from partnertui.db.models import Cdr, HepMessage, Mailbox, MailboxState, ProbeRun, RejectedRow, SyncState, Ticket
from partnertui.db.service_metrics import Metric, service_metrics
from partnertui.domain.ticket_enums import TicketState

HEP = dict.fromkeys(("call_id", "method", "from_user", "to_user", "transport", "source", "destination"), "x")


@pytest.fixture
def found(database: Database) -> dict[str, Metric]:
    """The figures at NOW of a platform with a little of everything."""

    def fill(connection: Connection) -> None:
        connection.execute(
            insert(SyncState), {"source": "acc", "position": "9", "rows": 9, "updated_at": NOW - timedelta(seconds=70)}
        )
        connection.execute(
            insert(RejectedRow),
            [{"source": "acc", "row_key": str(n), "reason": "r", "content": "c"} for n in range(3)],
        )
        call = {"category": "dialled", "direction": "outbound", "disposition": "answered"}
        for number, (origin, ago) in enumerate(
            [("kamailio:a", 900), ("kamailio:b", 40), ("asterisk:c", 90_000), (None, 5), ("kamailio:d", 50)]
        ):
            started = NOW - timedelta(seconds=ago)
            connection.execute(insert(Cdr), {**call, "id": number + 1, "origin": origin, "started_at": started})
        connection.execute(
            insert(Mailbox), {"id": 1, "name": "Support", "address": "s@voice.example", "imap_host": "imap"}
        )
        connection.execute(
            insert(MailboxState), {"mailbox_id": 1, "read_at": NOW - timedelta(seconds=30), "send_error": "refused"}
        )
        due = {"sla_due_at": NOW - timedelta(hours=1), "sla_warn_at": NOW - timedelta(hours=2)}
        soon = {"sla_due_at": NOW + timedelta(hours=1), "sla_warn_at": NOW - timedelta(hours=1)}
        tickets = [
            {"number": "T-1", "subject": "late", "state": TicketState.OPEN, **due},
            {"number": "T-2", "subject": "soon", "state": TicketState.NEW, **soon},
            {"number": "T-3", "subject": "its clock is paused", "state": TicketState.PENDING, **due},
            {"number": "T-4", "subject": "done", "state": TicketState.SOLVED, **due},
        ]
        connection.execute(insert(Ticket), tickets)
        runs = [
            ("options", "answered: 200 OK", 5),
            ("options", "answered: 486 Busy Here", 5),
            ("options", "no answer", 5),
            ("options", None, 5),
            ("mtr", "12 % loss", 5),
            ("mtr", "no answer from the destination", 5),
            ("mtr", "no loss", 90),
        ]
        connection.execute(
            insert(ProbeRun),
            [
                {"at": NOW - timedelta(minutes=ago), "operator_id": 1, "kind": kind, "target": "t", "outcome": outcome}
                for kind, outcome, ago in runs
            ],
        )
        if connection.dialect.name == "sqlite":  # PostgreSQL's table has a partition a day, made by the receiver
            for number, ago in enumerate((10, 50, 70)):
                moment = int((NOW - timedelta(seconds=ago)).timestamp() * 1_000_000)
                connection.execute(
                    insert(HepMessage),
                    {**HEP, "id": number, "time_us": moment, "status": 0, "source_port": 1, "destination_port": 1}
                    | {"correlation_id": "", "message": b""},
                )

    database.write(fill)
    return {metric.name: metric for metric in database.read(lambda c: service_metrics(c, NOW))}


def samples(metric: Metric) -> dict[tuple[str, ...], float]:
    return dict(metric.samples)


def test_how_far_the_sync_is(found: dict[str, Metric]) -> None:
    assert samples(found["sync_age_seconds"]) == {("acc",): 70.0}
    assert samples(found["sync_rows"]) == {("acc",): 9}
    assert samples(found["sync_rejected_rows"]) == {("acc",): 3}


def test_the_newest_imported_call_of_each_switch(found: dict[str, Metric]) -> None:
    """Asterisk's is more than a day old, one of the demo has no switch."""
    assert samples(found["newest_call_age_seconds"]) == {("kamailio",): 40.0}


def test_mail(found: dict[str, Metric]) -> None:
    assert samples(found["mailbox_read_age_seconds"]) == {("s@voice.example",): 30.0}
    assert samples(found["mailbox_failing"]) == {("s@voice.example", "read"): 0.0, ("s@voice.example", "send"): 1.0}
    assert samples(found["outbox_mails"])[("waiting",)] == 0
    assert samples(found["outbox_overdue_seconds"]) == {(): 0.0}


def test_tickets_whose_clock_runs(found: dict[str, Metric]) -> None:
    assert samples(found["tickets"]) == {("open",): 1, ("new",): 1, ("pending",): 1}
    assert samples(found["tickets_overdue"]) == {(): 1.0}
    assert samples(found["tickets_due_soon"]) == {(): 1.0}


def test_probes_by_outcome(found: dict[str, Metric]) -> None:
    assert samples(found["probes_last_hour"]) == {
        ("options", "answered"): 2,
        ("options", "no answer"): 1,
        ("options", "no result"): 1,
        ("mtr", "answered"): 1,
        ("mtr", "no answer"): 1,
    }


def test_hep_of_the_last_minute(found: dict[str, Metric], database: Database) -> None:
    assert samples(found["hep_messages_last_minute"]) == {(): 2.0 if database.dialect == "sqlite" else 0.0}
