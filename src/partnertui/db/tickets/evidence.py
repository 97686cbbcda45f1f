"""Attaches evidence, such as a trace or a row's facts, to tickets."""

from __future__ import annotations

from partnertui.db.models import Ticket, TicketAttachment
from partnertui.db.tickets.new_conversation_entries import add_text
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import Evidence
from partnertui.domain.ticket_enums import MessageKind

LARGEST = 20_000_000
"""Bytes of one file: what mail servers take at most."""


def attach_evidence(work: UnitOfWork, ticket_id: int, evidence: Evidence) -> TicketAttachment:
    """Adds an internal note with the evidence as its file; it is never changed afterwards."""
    ticket = work.get(Ticket, ticket_id, lock=True)
    message = add_text(work, ticket, MessageKind.NOTE, evidence.text)
    work.session.flush()
    content = evidence.content or evidence.text.encode()
    attachment = TicketAttachment(
        message_id=message.id,
        customer_id=ticket.customer_id,
        partner_id=ticket.partner_id,
        name=evidence.file_name,
        media_type=evidence.media_type,
        content=content[:LARGEST],
        size=len(content),
        evidence_kind=evidence.kind.value,
        evidence={
            "title": evidence.title,
            "facts": [[label, value] for label, value in evidence.facts.items()],
            "masked": evidence.masked,
            **({"drawing": dict(evidence.drawing)} if evidence.drawing else {}),
        },
    )
    work.add(attachment)
    return attachment
