"""Merges a ticket into another one; undo separates them again."""

from __future__ import annotations

from sqlalchemy import select

from partnertui.db.models import Ticket, TicketMessage, TicketParticipant
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import JsonObject
from partnertui.db.tickets.audited_draft_access import request_drafts
from partnertui.db.tickets.draft_moves import move_drafts
from partnertui.db.tickets.new_conversation_entries import add_event
from partnertui.db.tickets.owned_rows import Moved, movable, move_rows, remove_rows
from partnertui.db.tickets.states import change_state
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import MessageKind, ParticipantKind, TicketState
from partnertui.vault.sealed_values import Vault

MOST_MERGED = 5_000
"""Rows that a ticket may bring along: their IDs are kept, so that the merge can be undone."""
NEW_PARTICIPANTS = "new_participants"


def merge(
    work: UnitOfWork,
    ticket_id: int,
    into_id: int,
    *,
    version: int,
    into_version: int | None = None,
    vault: Vault | None,
) -> None:
    """Merges a ticket into another one: messages, participants, links, watches, mails and drafts follow; it is closed.

    Events stay where they are. Without a vault, drafts that are being written stay, too. Raises ConcurrentChange if
    one of the tickets has another version, DomainError if they can't be merged.
    """
    if vault is not None:
        for number in (ticket_id, into_id):
            request_drafts(work, number)
    first, second = sorted((ticket_id, into_id))  # always in one order: two merges can't deadlock
    versions = {ticket_id: version, into_id: into_version}
    for number in (first, second):
        work.get(Ticket, number, version=versions[number], lock=True)
    ticket, target = work.get(Ticket, ticket_id), work.get(Ticket, into_id)
    _require_mergeable(ticket, target)
    work.session.flush()
    moved = movable(work.session, ticket.id, target.id)
    if sum(map(len, moved.values())) > MOST_MERGED:
        words = f"This ticket has more than {MOST_MERGED:,} messages, e-mails and other entries."
        raise DomainError(words, advice="Link the two instead.")
    move_rows(work.session, moved, ticket.id, target)
    moved[NEW_PARTICIPANTS] = _keep_requester(work, ticket, target)
    if vault is not None:
        move_drafts(work, vault, ticket, target)
    with work.session.no_autoflush:  # one entry in the history of each ticket: undo takes back the last one
        change_state(work, ticket, TicketState.CLOSED)
        ticket.merged_into_id = target.id
        facts: JsonObject = {"merged_into_id": [None, target.id], "moved": moved}
        add_event(work, ticket, f"merged into {target.number}", facts)
        add_event(work, target, f"{ticket.number} merged into this ticket: {ticket.subject}", {"merged": ticket.id})
        work.session.flush()


def _require_mergeable(ticket: Ticket, target: Ticket) -> None:
    """Raises DomainError where the two can't be one."""
    if ticket.id == target.id:
        raise DomainError("A ticket can't be merged into itself.", advice="Choose another ticket.", field="into")
    for one in (ticket, target):
        if one.merged_into_id is not None:
            raise DomainError(
                f"{one.number} has already been merged into another ticket.", advice="Open that one.", field="into"
            )
    if ticket.partner_id != target.partner_id:
        raise DomainError("The tickets belong to different partners.", advice="Link them instead.", field="into")
    if ticket.customer_id and target.customer_id and ticket.customer_id != target.customer_id:
        raise DomainError(
            "The tickets belong to different customers, who would see each other's messages.",
            advice="Link them instead.",
            field="into",
        )


def _keep_requester(work: UnitOfWork, ticket: Ticket, target: Ticket) -> list[int]:
    """Makes the requester of the merged ticket take part in the other one; returns the ID of the new row, if any."""
    address = (ticket.requester_email or "").lower()
    if not address or address == (target.requester_email or "").lower():
        return []
    known = select(TicketParticipant.id).where(
        TicketParticipant.ticket_id == target.id, TicketParticipant.address == address
    )
    if work.session.scalar(known) is not None:
        return []
    new = TicketParticipant(
        ticket_id=target.id,
        address=address,
        name=ticket.requester_name,
        kind=ParticipantKind.COPIED,
        customer_id=target.customer_id,
        partner_id=target.partner_id,
    )
    work.add(new)
    work.session.flush()
    return [new.id]


def unmerge(work: UnitOfWork, ticket: Ticket, into_id: int) -> None:
    """Brings back what a merge moved, as far as it is still there; drafts stay where they were moved to."""
    newest = (
        select(TicketMessage.facts)
        .where(TicketMessage.ticket_id == ticket.id, TicketMessage.kind == MessageKind.EVENT)
        .where(TicketMessage.body.startswith("merged into ", autoescape=True))
        .order_by(TicketMessage.id.desc())
        .limit(1)
    )
    facts = work.session.scalar(newest) or {}
    moved: Moved = facts.get("moved") or {}
    target = work.get(Ticket, into_id, lock=True)
    move_rows(work.session, moved, into_id, ticket)
    remove_rows(work.session, table_of(TicketParticipant), moved.get(NEW_PARTICIPANTS, []), into_id)
    add_event(work, target, f"{ticket.number} is a separate ticket again", {"merged": None})
