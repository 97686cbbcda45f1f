"""Stores users' SIP passwords encrypted, and shows one on request, recorded first."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.customer_data_keys import customers_vault
from partnertui.db.models import User
from partnertui.db.recorded_user_events import record
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.vault.sealed_values import Place, Vault


def place_of(user_id: int) -> Place:
    """Where a user's SIP password is stored."""
    return Place("users", "sip_password_ciphertext", str(user_id))


def set_sip_password(work: UnitOfWork, user: User, vault: Vault, password: str) -> None:
    """Gives a stored user another SIP password, sealed with the customer's own key."""
    own = customers_vault(work.session.connection(), vault, user.customer_id)
    user.sip_password_ciphertext = own.seal(place_of(user.id), password.encode())


def replace_sip_password(work: UnitOfWork, user_id: int, vault: Vault, password: str) -> None:
    """Gives a user another SIP password. Raises RowDeleted if there is no such user, or it is another partner's."""
    set_sip_password(work, work.get(User, user_id, lock=True), vault, password)


def record_showing(work: UnitOfWork, user_id: int) -> str:
    """Records that the operator is going to see a user's SIP password; returns the AOR.

    The password itself is read when that is committed. Raises RowDeleted, and DomainError if there is none.
    """
    user = work.get(User, user_id)
    if not user.has_sip_password:
        raise DomainError("This user has no SIP password.", advice="Generate one.")
    record(work, user, {"sip_password": ["hidden", "shown"]})
    return f"{user.sip_username}@{user.sip_domain}"


def read_sealed(connection: Connection, user_id: int) -> bytes | None:
    """The stored password of a user, once `record_showing` is committed; None if there is none.

    PostgreSQL refuses it to who hasn't recorded that, and in the transaction that does.
    """
    if connection.dialect.name == "postgresql":
        return connection.scalar(select(func.priv.sip_password(user_id)))
    return connection.scalar(select(User.sip_password_ciphertext).where(User.id == user_id))


def open_sip_password(vault: Vault, user_id: int, sealed: bytes) -> str:
    """The password of a user. Raises VaultError if it doesn't open."""
    return vault.open(place_of(user_id), sealed).decode("utf-8", "replace")
