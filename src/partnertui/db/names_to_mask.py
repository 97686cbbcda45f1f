"""Reads all names of people and companies in the database, for masking."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import (
    Chat,
    CreditCard,
    Customer,
    OperatorAccount,
    Partner,
    Subscriber,
    Ticket,
    TicketParticipant,
    TrialRegistration,
    User,
    Voicemail,
    WebSession,
)
from partnertui.db.models.base import Base, table_of

COLUMNS: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (Customer, ("company", "contact", "street", "street2", "email", "sip_domain")),
    (User, ("name", "email")),
    (Partner, ("name", "email", "street")),
    (OperatorAccount, ("name", "email")),
    (TrialRegistration, ("name", "company", "email")),
    (Ticket, ("requester_name",)),
    (TicketParticipant, ("name", "address")),
    (Chat, ("visitor_name", "operator_name", "email")),
    (CreditCard, ("holder",)),
    (Subscriber, ("name", "email")),
    (Voicemail, ("caller_name",)),
    (WebSession, ("user_name",)),
)
"""Where somebody is named; calls have numbers, which are recognised by their form."""


def known_names(connection: Connection) -> set[str]:
    """Every such text, once."""
    found: set[str] = set()
    for model, names in COLUMNS:
        table = table_of(model)
        for name in names:
            column = table.c[name]
            found.update(connection.execute(select(column).where(column.is_not(None)).distinct()).scalars())
    return found
