"""Finds a stored card by its full number, through a keyed hash; the number is neither stored nor logged."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import BYTEA

from partnertui.config.settings import VaultSettings
from partnertui.db.change_history import record_event
from partnertui.db.database import Database
from partnertui.db.models import CreditCard
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.vault_data_keys import master_key, search_key
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role

DIGITS = range(12, 20)
"""Lengths of card numbers (ISO/IEC 7812-1)."""


def card_hash(key: bytes, number: str) -> bytes:
    """HMAC-SHA256 of a number's digits (RFC 2104), as `credit_cards.number_hmac` has it. Raises DomainError."""
    digits = number.replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in DIGITS:
        raise DomainError("This isn't a full card number.", advice="Enter all of its 12 to 19 digits.", field="number")
    # Keyed: brand and last four digits are stored beside it, and what is left of a plain hash is soon tried.
    return hmac.digest(key, digits.encode(), hashlib.sha256)


def find_card(database: Database, settings: VaultSettings, folder: Path, operator: Operator, number: str) -> int:
    """The ID of the newest card with a number that the operator may see; its history says who looked for it.

    Raises DomainError if it isn't a number, none has it, or there are no keys; VaultError, DatabaseError.
    """
    master = master_key(settings, folder)
    if master is None:
        raise DomainError("This host has no key for searching card numbers.", advice="Run “partnertui keys init”.")
    wanted = card_hash(search_key(database, master), number)
    found = database.read(lambda connection: _newest_card(connection, operator, wanted))
    if found is None:
        raise DomainError("No stored card has this number.", advice="Check the digits.", field="number")
    with UnitOfWork(database, operator) as work:
        record_event(work.session, work.get(CreditCard, found), {"number": ["hidden", "found by its full number"]})
        work.commit()
    return found


def _newest_card(connection: Connection, operator: Operator, wanted: bytes) -> int | None:
    if connection.dialect.name == "postgresql":
        # No operator may read the hashes: who has them needn't ask the program.
        return connection.scalar(select(func.priv.card_by_hash(bindparam("wanted", wanted, BYTEA))))
    query = select(CreditCard.id).where(CreditCard.number_hmac == wanted)
    if operator.role == Role.PARTNER:
        query = query.where(CreditCard.partner_id == operator.partner_id)
    return connection.scalar(query.order_by(CreditCard.id.desc()).limit(1))
