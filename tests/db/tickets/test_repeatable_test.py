"""The test that is made again: the newest attached one that is not a proof itself, else one of the ticket's phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.db.makers import ANN, NOW, PAT
from tests.db.tickets.makers import TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.models import ProbeRun
from partnertui.db.models.base import table_of
from partnertui.db.tickets.evidence import attach_evidence
from partnertui.db.tickets.repeatable_test import Before, find_before
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import AFTER, AOR, PROOF, TARGET, Evidence, EvidenceKind, probe_facts

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
