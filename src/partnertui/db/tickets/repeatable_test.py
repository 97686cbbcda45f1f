"""Finds the test that showed a ticket's problem, so that it can be repeated as proof of the solution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.models import ProbeRun, Ticket, TicketAttachment, TicketMessage, User
from partnertui.db.models.base import table_of
from partnertui.db.permissions import scope
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.evidence import AFTER, AOR, PROOF, TARGET, EvidenceKind, probe_facts, test_facts_of
from partnertui.domain.operators import Operator

KINDS = (EvidenceKind.SIP_TEST.value, EvidenceKind.MTR.value)
MOST = 50
"""Attached tests that are looked at, the newest ones."""


@dataclass(frozen=True)
class Before:
    """A test to make again: what it tested, and what it found. `at` is None where there is none yet.

    `attached`: it is evidence in the ticket. `proved`: it was made again since.
    """

    kind: EvidenceKind
    facts: dict[str, str]
    at: datetime | None = None
    attached: bool = False
    proved: bool = False
    masked: bool = False
    """Whether it was attached without users, numbers and hosts."""


def find_before(connection: Connection, operator: Operator, ticket_id: int) -> Before | None:
    """The newest test attached to a ticket; else the last SIP test of its phone; None if it has no phone either."""
    columns = (TicketAttachment.evidence_kind, TicketAttachment.evidence, TicketMessage.at)
    attached = (
        select(*columns)
        .join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
        .where(TicketMessage.ticket_id == ticket_id, TicketAttachment.evidence_kind.in_(KINDS))
        .order_by(TicketAttachment.id.desc())
        .limit(MOST)
    )
    proved = False
    for row in connection.execute(attached):
        facts, kind = test_facts_of(row.evidence), EvidenceKind(row.evidence_kind)
        if facts.get(PROOF) == AFTER:
            proved = True
        elif facts.get(TARGET if kind is EvidenceKind.MTR else AOR):
            return Before(kind, facts, row.at, True, proved, masked=bool((row.evidence or {}).get("masked")))
    return _of_phone(connection, operator, ticket_id)


def _of_phone(connection: Connection, operator: Operator, ticket_id: int) -> Before | None:
    statement: Query = (
        select(Ticket.aor, Ticket.partner_id, User.sip_username, User.sip_domain)
        .outerjoin(User, User.id == Ticket.user_id)
        .where(Ticket.id == ticket_id)
    )
    row = connection.execute(scope(statement, operator)).first()
    if row is None:
        return None
    aor = row.aor or (f"{row.sip_username}@{row.sip_domain}" if row.sip_username else "")
    if not aor:
        return None
    runs = table_of(ProbeRun)
    kept: Query = select(runs).where(runs.c.phone == aor, runs.c.kind == "options", runs.c.report.is_not(None))
    run = connection.execute(scope(kept, operator).order_by(runs.c.id.desc()).limit(1)).first()
    if run is None:
        return Before(EvidenceKind.SIP_TEST, {AOR: aor})
    return Before(EvidenceKind.SIP_TEST, probe_facts(run.target, aor, run.figures or {}), run.at)
