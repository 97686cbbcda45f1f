"""Deletes a stored card: destroys the token by which it could be charged, keeps the last four digits."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import CreditCard, Customer
from partnertui.db.secure_deletion import overwrite_deleted
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import CardStatus
from partnertui.domain.errors import DomainError


def delete_card(work: UnitOfWork, card_id: int, version: int) -> None:
    """Destroys the card's number and gateway token; the row stays with the last four digits, for its payments.

    SQLite overwrites the bytes; PostgreSQL frees them at the next VACUUM, and backups keep what they have. Raises
    DomainError if that was done before; ConcurrentChange, RowDeleted.
    """
    connection = work.session.connection()
    overwrite_deleted(connection)
    card = work.get(CreditCard, card_id, version=version, lock=True)
    if card.status == CardStatus.DELETED:
        raise DomainError("This card has already been deleted.", advice="Refresh the list.")
    card.number_ciphertext = card.number_hmac = card.gateway_token_ciphertext = None
    card.status, card.is_default = CardStatus.DELETED, False


def leaves_top_up_without_card(connection: Connection, card_id: int) -> bool:
    """Whether the customer's auto top-up would have no other card to charge."""
    mine = select(CreditCard.customer_id).where(CreditCard.id == card_id).scalar_subquery()
    others = select(CreditCard.id).where(
        CreditCard.customer_id == mine, CreditCard.id != card_id, CreditCard.status == CardStatus.ACTIVE
    )
    tops_up = select(Customer.auto_top_up).where(Customer.id == mine)
    return bool(connection.execute(tops_up).scalar()) and connection.execute(others.limit(1)).first() is None
