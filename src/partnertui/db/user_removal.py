"""Removes a user: refuses while routes lead to it, and deletes what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from partnertui.db.models import (
    CustomerPhone,
    Ddi,
    LoginLink,
    PickupGroupMember,
    RingGroupMember,
    User,
    WebSession,
)
from partnertui.db.models.base import now
from partnertui.db.routed_here import Referrer, memberships, routes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import TargetType

KINDS = (TargetType.USER, TargetType.VOICEMAIL)


@dataclass(frozen=True)
class RemovalPreview:
    """What leads to a user, which refuses the removal, and what the removal takes with it."""

    routes: tuple[Referrer, ...]
    memberships: tuple[Referrer, ...]
    phones: int
    sessions: int


def preview_removal(connection: Connection, customer_id: int, user_id: int) -> RemovalPreview:
    """What removing a user would do now."""

    def count(model: type[CustomerPhone | WebSession]) -> int:
        query = select(func.count()).select_from(model).where(model.user_id == user_id)
        return connection.scalar(query) or 0

    return RemovalPreview(
        tuple(routes(connection, customer_id, KINDS, user_id)),
        tuple(memberships(connection, customer_id, user_id)),
        count(CustomerPhone),
        count(WebSession),
    )


def remove_user(work: UnitOfWork, user_id: int, version: int) -> None:
    """Removes a user; the row stays without name to log in with, extension and passwords, so that old calls keep it.

    Raises DomainError if anything leads to it, RowDeleted if it is gone or another partner's, ConcurrentChange if it
    was changed since.
    """
    user = work.get(User, user_id, version=version, lock=True)
    found = routes(work.session.connection(), user.customer_id, KINDS, user_id)
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        raise DomainError(
            f"Calls are routed to this user: {', '.join(one.words for one in found[:3])}{more}.",
            advice="Route them elsewhere first.",
        )
    for member in (RingGroupMember, PickupGroupMember):
        for row in work.session.scalars(select(member).where(member.user_id == user_id)):
            work.delete(row)
    for phone in work.session.scalars(select(CustomerPhone).where(CustomerPhone.user_id == user_id)):
        phone.user_id = None
    for ddi in work.session.scalars(select(Ddi).where(Ddi.user_id == user_id)):
        ddi.user_id = None
    work.session.execute(delete(WebSession).where(WebSession.user_id == user_id))
    open_links = update(LoginLink).where(LoginLink.user_id == user_id, LoginLink.ended_at.is_(None))
    work.session.execute(open_links.values(ended_at=now()))
    user.removed_at, user.state = now(), UserState.DISABLED
    user.extension = user.caller_id_number = user.password_hash = user.sip_password_ciphertext = None
    # Both are unique and never NULL. No domain ends in .invalid (RFC 2606, section 2).
    user.email, user.sip_username = f"removed-{user.id}@invalid", f"removed-{user.id}"
