"""Finds the test or call that showed a ticket's problem, so that it can be repeated as proof of the solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.models import ProbeRun, Ticket, TicketAttachment, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query
from partnertui.db.tickets.later_calls import FoundCall, call_of_evidence, later_call, linked_call
from partnertui.db.tickets.linked_records import aor_of_ticket
from partnertui.domain.evidence import AFTER, AOR, CDR_ID, PROOF, TARGET, EvidenceKind, probe_facts, test_facts_of
from partnertui.domain.operators import Operator

TESTS = (EvidenceKind.SIP_TEST.value, EvidenceKind.MTR.value)
KINDS = (*TESTS, EvidenceKind.CALL.value, EvidenceKind.TRACE.value)
MOST = 50
"""Attached tests and calls that are looked at, the newest ones."""


@dataclass(frozen=True)
class Before:
    """A test to make again, or a call: what it tested, and what it found. `at` is None where there is none yet.

    `attached`: it is evidence in the ticket. `proved`: it was made again since.
    """

    kind: EvidenceKind
    facts: Mapping[str, str]
    at: datetime | None = None
    attached: bool = False
    proved: bool = False
    number: str = ""
    """Of a call: the other side's number, "" if it was withheld."""
    later: FoundCall | None = None
    """The newest later call of this number; None also where it is attached already."""
    masked: bool = False
    """Whether it was attached without users, numbers and hosts."""


def find_before(connection: Connection, operator: Operator, ticket_id: int) -> Before | None:
    """The newest test or call attached to a ticket; else its linked call; else the last SIP test of its phone.

    None if it has no phone either. A trace counts as its call.
    """
    columns = (TicketAttachment.evidence_kind, TicketAttachment.evidence, TicketMessage.at)
    attached = (
        select(*columns)
        .join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
        .where(TicketMessage.ticket_id == ticket_id, TicketAttachment.evidence_kind.in_(KINDS))
        .order_by(TicketAttachment.id.desc())
        .limit(MOST)
    )
    after: list[str] = []
    for row in connection.execute(attached):
        facts, kind = test_facts_of(row.evidence), EvidenceKind(row.evidence_kind)
        if facts.get(PROOF) == AFTER:
            after.append(facts.get(CDR_ID, ""))
        elif row.evidence_kind not in TESTS:
            call = call_of_evidence(connection, operator, facts) or linked_call(connection, operator, ticket_id)
            if call is not None:
                before = _of_call(connection, operator, call, after)
                return replace(before, attached=True, masked=bool((row.evidence or {}).get("masked")))
        elif facts.get(TARGET if kind is EvidenceKind.MTR else AOR):
            return Before(kind, facts, row.at, True, bool(after), masked=bool((row.evidence or {}).get("masked")))
    linked = linked_call(connection, operator, ticket_id)
    if linked is not None:
        return _of_call(connection, operator, linked, after)
    return _of_phone(connection, operator, ticket_id)


def _of_call(connection: Connection, operator: Operator, call: FoundCall, after: Sequence[str]) -> Before:
    later = later_call(connection, operator, call)
    if later is not None and str(later.id) in after:
        later = None
    found = Before(EvidenceKind.CALL, call.facts, call.started_at, proved=bool(after))
    return replace(found, number=call.number, later=later)


def _of_phone(connection: Connection, operator: Operator, ticket_id: int) -> Before | None:
    own: Query = select(Ticket.id, Ticket.partner_id).where(Ticket.id == ticket_id)
    aor = aor_of_ticket(connection, ticket_id) if connection.execute(scope(own, operator)).first() else ""
    if not aor:
        return None
    runs = table_of(ProbeRun)
    kept: Query = select(runs).where(runs.c.phone == aor, runs.c.kind == "options", runs.c.report.is_not(None))
    run = connection.execute(scope(kept, operator).order_by(runs.c.id.desc()).limit(1)).first()
    if run is None:
        return Before(EvidenceKind.SIP_TEST, {AOR: aor})
    return Before(EvidenceKind.SIP_TEST, probe_facts(run.target, aor, run.figures or {}), run.at)
