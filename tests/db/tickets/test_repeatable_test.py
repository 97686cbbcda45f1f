"""The test that is made again: the newest attached one that is not a proof itself, else one of the ticket's phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from tests.db.makers import ANN, NOW, PAT
from tests.db.tickets.makers import TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.models import ProbeRun, TicketAttachment, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.db.tickets.evidence import attach_evidence
from partnertui.db.tickets.repeatable_test import Before, find_before
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import AFTER, AOR, PROOF, TARGET, Evidence, EvidenceKind, masked_test, probe_facts

AOR_OF_IT = "1001@acme.example"
MTR = Evidence(EvidenceKind.MTR, "MTR 192.0.2.1", "report", "MTR.txt", facts=probe_facts("192.0.2.1", "", {"Hops": 7}))


def attach(database: Database, *found: Evidence) -> None:
    """Evidence to the one ticket, by Ann."""
    with UnitOfWork(database, ANN) as unit:
        for one in found:
            attach_evidence(unit, TICKET, one)
            unit.session.flush()
        unit.commit()


def before(database: Database) -> Before | None:
    """What is found for the one ticket."""
    return database.read(lambda connection: find_before(connection, ANN, TICKET))


def test_the_newest_attached_test(database: Database) -> None:
    one_ticket(database, aor=AOR_OF_IT)
    sip = Evidence(EvidenceKind.SIP_TEST, "SIP test", "no answer", "s.txt", facts={AOR: AOR_OF_IT, "Loss, %": "100"})
    note = Evidence(EvidenceKind.SIP_TEST, "three phones", "a list", "s.txt")
    attach(database, MTR, sip, note)
    found = before(database)
    assert found is not None
    assert (found.kind, found.facts["Loss, %"], found.attached, found.proved) == ("SIP test", "100", True, False)
    attach(database, replace(sip, facts={**sip.facts, PROOF: AFTER, "Loss, %": "0"}))
    found = before(database)
    assert found is not None
    assert (found.facts["Loss, %"], found.proved) == ("100", True)


def newest(connection: Connection) -> tuple[bytes, dict[str, Any], str]:
    """File and evidence of the attachment that came last, and the text of its note."""
    statement = select(TicketAttachment.content, TicketAttachment.evidence, TicketMessage.body).join(
        TicketMessage, TicketMessage.id == TicketAttachment.message_id
    )
    found = connection.execute(statement.order_by(TicketAttachment.id.desc()).limit(1)).one()
    return found.content, found.evidence or {}, found.body


def test_a_masked_test_can_be_made_again_and_its_file_names_nobody(database: Database) -> None:
    one_ticket(database, aor=AOR_OF_IT)
    sip = Evidence(
        EvidenceKind.SIP_TEST,
        f"SIP test: {AOR_OF_IT}",
        f"to {AOR_OF_IT} at 192.0.2.9",
        "s.txt",
        facts=probe_facts("sip:1001@192.0.2.9", AOR_OF_IT, {"Loss, %": 100}),
    )
    for test, label, whole in ((MTR, TARGET, "192.0.2.1"), (sip, AOR, AOR_OF_IT)):
        attach(database, masked_test(test))
        found = before(database)
        assert found is not None
        assert (found.masked, found.facts[label]) == (True, whole)
        content, evidence, body = database.read(newest)
        # `drawing` stays in the database: what is mailed and bundled is the file, the title and the facts
        said = f"{content!r} {evidence['title']} {evidence['facts']} {body}"
        assert evidence["masked"]
        assert "x.x" in said
        assert not any(known in said for known in ("192.0.2.1", "192.0.2.9", "1001"))


@pytest.mark.parametrize("tested", [True, False])
def test_without_one_the_phone_of_the_ticket(database: Database, tested: bool) -> None:
    one_ticket(database, aor=AOR_OF_IT)
    run = {"operator_id": 1, "kind": "options", "target": "sip:1001@192.0.2.9", "phone": AOR_OF_IT, "partner_id": 7}

    def work(connection: Connection) -> None:
        rows = [
            {**run, "at": NOW, "report": "r", "outcome": "answered", "figures": {"Average, ms": 12.5}},
            {**run, "at": NOW + timedelta(hours=1), "report": None, "outcome": None, "figures": None},
        ]
        connection.execute(insert(table_of(ProbeRun)), rows)

    if tested:
        database.write(work)
    found = before(database)
    assert found is not None
    assert not found.attached
    assert found.facts[AOR] == AOR_OF_IT
    assert found.at == (NOW if tested else None)
    assert found.facts.get("Average, ms") == ("12.5" if tested else None)
    assert found.facts.get(TARGET) == ("sip:1001@192.0.2.9" if tested else None)
    assert database.read(lambda connection: find_before(connection, replace(PAT, partner_id=8), TICKET)) is None


def test_nothing_to_test(database: Database) -> None:
    one_ticket(database)
    assert before(database) is None
