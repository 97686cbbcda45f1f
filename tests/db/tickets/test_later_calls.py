"""A call as proof: the newest later one of the number that was attached, traced or linked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.db.makers import ANN, NOW, PAT
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.models import Cdr, Customer, Ticket
from partnertui.db.models.base import table_of
from partnertui.db.tickets.evidence import attach_evidence
from partnertui.db.tickets.links import add_link
from partnertui.db.tickets.repeatable_test import Before, find_before
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import AFTER, AOR, CALL_ID, CDR_ID, CODE, PROOF, Evidence, EvidenceKind
from partnertui.domain.operators import Operator
from partnertui.screens.support.later_call_proof import call_evidence, no_later_call
from partnertui.screens.support.repeat_test import proof_text
from partnertui.screens.support.unproved_solution import unproved

NUMBER, OTHER = "4930123456", "442071838750"
HOUR = timedelta(hours=1)
GOOD: dict[str, object] = {"disposition": "answered", "sip_code": 200, "duration": 42}


def call(key: int, hours: float, **more: object) -> dict[str, object]:
    """A failed call to the number, so many hours after the first."""
    row = {
        "id": key,
        "started_at": NOW + hours * HOUR,
        "category": "dialled",
        "direction": "outbound",
        "customer_id": CUSTOMER,
        "partner_id": 7,
        "source_number": "441914980777",
        "destination_number": NUMBER,
        "disposition": "failed",
        "sip_code": 503,
        "duration": 0,
        "call_id_a": f"call-{key}@lab.test",
    }
    return row | more


def fill(database: Database, *more: dict[str, object]) -> None:
    """The one ticket, the failed call 1, an earlier one that was answered, and others."""
    one_ticket(database)

    def work(connection: Connection) -> None:
        brown = {"id": CUSTOMER + 1, "company": "Brown", "country": "GB", "currency": "GBP", "partner_id": 8}
        connection.execute(insert(table_of(Customer)), brown | {"version": 1})
        earlier = call(2, -1, **GOOD)
        elsewhere = call(3, 2, **GOOD, destination_number=OTHER)
        strange = call(4, 3, **GOOD, customer_id=CUSTOMER + 1, partner_id=8)
        connection.execute(insert(table_of(Cdr)), [call(1, 0), earlier, elsewhere, strange, *more])

    database.write(work)


def attach(database: Database, kind: EvidenceKind, facts: dict[str, str], *, masked: bool = False) -> None:
    """Evidence to the one ticket, by Ann."""
    with UnitOfWork(database, ANN) as work:
        attach_evidence(work, TICKET, Evidence(kind, "e", "text", "e.txt", facts=facts, masked=masked))
        work.commit()


def link(database: Database, key: int) -> None:
    """Links the ticket to a call, as the screen does."""
    with UnitOfWork(database, ANN) as work:
        add_link(work, TICKET, "cdrs", key, str(key), version=work.get(Ticket, TICKET).version)
        work.commit()


def before(database: Database, operator: Operator = ANN) -> Before:
    """What is found for the one ticket."""
    found = database.read(lambda connection: find_before(connection, operator, TICKET))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (EvidenceKind.CALL, {CDR_ID: "1"}),
        (EvidenceKind.TRACE, {CODE: "congestion", CALL_ID: "call-1@lab.test"}),
    ],
)
def test_the_newest_later_call_of_the_number(database: Database, kind: EvidenceKind, facts: dict[str, str]) -> None:
    fill(database, call(5, 1), call(6, 2, **GOOD))
    attach(database, kind, facts)
    found = before(database)
    assert (found.kind, found.at, found.number, found.attached, found.proved) == ("call", NOW, NUMBER, True, False)
    assert found.later is not None
    assert (found.later.id, found.later.words) == (6, "answered, 200 OK")
    assert before(database, PAT).later == found.later
    hint = unproved(found)
    assert hint is not None
    expected = "The later call with +49 30 123456 (answered, 200 OK) isn't attached yet: Ctrl+T attaches it."
    assert hint.sentence("Ctrl+T") == expected


def test_the_proof_shows_both(database: Database) -> None:
    fill(database, call(6, 2, **GOOD))
    attach(database, EvidenceKind.CALL, {CDR_ID: "1"})
    found = before(database)
    assert found.later is not None
    evidence = call_evidence(found, found.later)
    text = proof_text(found, evidence, found.later.started_at)
    lines = [line.split() for line in text.splitlines()]
    assert ["Result", "failed", "answered"] in lines
    assert ["Response", "503", "Service", "Unavailable", "200", "OK"] in lines
    assert evidence.facts["Started"] == "2026-05-01 14:00:00 UTC"
    attach(database, EvidenceKind.CALL, {**evidence.facts, PROOF: AFTER})
    found = before(database)
    assert (found.proved, found.later) == (True, None)
    assert "since the one attached" in no_later_call(found)
    assert unproved(found) is None
    database.write(lambda connection: connection.execute(insert(table_of(Cdr)), call(7, 4)))
    later = before(database).later
    assert later is not None
    assert later.id == 7


def test_a_call_from_the_number_counts(database: Database) -> None:
    back = {"direction": "inbound", "source_number": NUMBER, "destination_number": "441914980777"}
    fill(database, call(6, 2, **GOOD, **back))
    link(database, 1)
    found = before(database)
    assert found.later is not None
    assert (found.later.id, found.attached) == (6, False)


def test_without_a_later_call_a_sentence_says_so(database: Database) -> None:
    fill(database)
    link(database, 1)
    assert unproved(before(database)) is None
    attach(database, EvidenceKind.CALL, {CDR_ID: "1"})
    found = before(database)
    assert found.later is None
    assert no_later_call(found) == "There has been no call to or from +49 30 123456 since 2026-05-01 12:00 UTC."
    hint = unproved(found)
    assert hint is not None
    assert hint.sentence("Ctrl+T") == "The number +49 30 123456 has had no later call yet."
    assert hint.sentences_after_sending("") == "The ticket's number +49 30 123456 has had no later call yet."


def test_a_withheld_number_is_said(database: Database) -> None:
    fill(database, call(6, 2, direction="inbound", source_number=None, destination_number="441914980777"))
    attach(database, EvidenceKind.CALL, {CDR_ID: "6"})
    assert "was withheld" in no_later_call(before(database))
    assert unproved(before(database)) is None


def test_masked_evidence_is_of_the_linked_call_and_its_proof_is_masked(database: Database) -> None:
    fill(database, call(6, 2, **GOOD))
    attach(database, EvidenceKind.CALL, {CDR_ID: "1234xxx"}, masked=True)
    assert database.read(lambda connection: find_before(connection, ANN, TICKET)) is None
    link(database, 1)
    found = before(database)
    assert found.masked
    assert found.later is not None
    evidence = call_evidence(found, found.later)
    shown = proof_text(found, evidence, found.later.started_at) + evidence.title + str(evidence.facts)
    assert "123456" not in shown
    assert evidence.facts[CDR_ID] == "6"
    assert evidence.masked


def test_the_newest_evidence_counts(database: Database) -> None:
    fill(database, call(6, 2, **GOOD))
    attach(database, EvidenceKind.CALL, {CDR_ID: "1"})
    attach(database, EvidenceKind.SIP_TEST, {AOR: "1001@lab.test"})
    assert before(database).kind is EvidenceKind.SIP_TEST
    attach(database, EvidenceKind.TRACE, {CODE: "wrong_password"})  # of a registration: it has no call
    assert before(database).kind is EvidenceKind.SIP_TEST
