"""Finds the ticket of a mail: by Message-IDs it refers to, then by the ticket number in its subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, union_all

from partnertui.db.mail.senders import Sender, takes_part
from partnertui.db.models import MailReference, OutboxMail, Ticket
from partnertui.db.models.types import Str
from partnertui.db.rows.read_limits import IDS_PER_QUERY
from partnertui.mail.mentioned_tickets_and_calls import tokens

BY_SUBJECT = "by subject only"
STRANGER = "stranger"
MOST_MERGES = 100
"""Of tickets merged one into the next; a circle ends here."""

_WANTED = bindparam("message_ids", expanding=True, type_=Str)
_REFERRED = union_all(
    *(
        select(model.message_id, model.ticket_id).where(model.message_id.in_(_WANTED))
        for model in (OutboxMail, MailReference)
    )
)
_MERGED_INTO = select(Ticket.merged_into_id).where(Ticket.id == bindparam("ticket"))


@dataclass(frozen=True)
class Thread:
    """A ticket, and what to know before a mail in it is trusted; None for nothing."""

    ticket_id: int
    caution: str | None

    @property
    def is_strange(self) -> bool:
        """Whether the sender wasn't part of it."""
        return self.caution == STRANGER


def find_thread(
    connection: Connection, references: Sequence[str], subject: str, sender: Sender, partner_id: int | None
) -> Thread | None:
    """The ticket of a mail, where it was merged into another one that one; None for a new matter."""
    referred = by_references(connection, references)
    if referred is not None:
        return Thread(referred, None if takes_part(connection, referred, sender) else STRANGER)
    numbered = _numbered(connection, subject, partner_id)
    for ticket_id in numbered:
        if takes_part(connection, ticket_id, sender):
            return Thread(ticket_id, BY_SUBJECT)
    return Thread(numbered[0], STRANGER) if numbered else None


def by_references(connection: Connection, references: Sequence[str]) -> int | None:
    """The ticket of the first of these Message-IDs that is known."""
    found: dict[str, int] = {}
    for start in range(0, len(references), IDS_PER_QUERY):
        wanted = references[start : start + IDS_PER_QUERY]
        rows = connection.execute(_REFERRED, {"message_ids": wanted})
        found |= {message_id: ticket_id for message_id, ticket_id in rows}
    first = next((found[one] for one in references if one in found), None)
    return None if first is None else _merged(connection, first)


def _numbered(connection: Connection, subject: str, partner_id: int | None) -> list[int]:
    """The tickets whose numbers are in a subject, from left to right."""
    digits = tokens(subject)
    if not digits:
        return []
    names = {name: place for place, one in enumerate(digits) for name in (f"T-{one}", one)}
    query = select(Ticket.id, Ticket.number).where(Ticket.number.in_(names))
    if partner_id is not None:
        query = query.where(Ticket.partner_id == partner_id)
    rows = sorted(connection.execute(query).all(), key=lambda row: names[row.number])
    return list(dict.fromkeys(_merged(connection, row.id) for row in rows))


def _merged(connection: Connection, ticket_id: int) -> int:
    """The ticket that a ticket was merged into, at the end."""
    for _ in range(MOST_MERGES):
        into = connection.scalar(_MERGED_INTO, {"ticket": ticket_id})
        if into is None:
            break
        ticket_id = into
    return ticket_id
