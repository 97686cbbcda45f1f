"""Creates links by which an operator logs in to the portal as a user, once and within a minute."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from partnertui.db.models import LoginLink, User, WebSession
from partnertui.db.models.base import now
from partnertui.db.recorded_user_events import record
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.errors import DomainError

TOKEN_BYTES = 32
LINK_VALID = timedelta(seconds=60)


def new_token() -> str:
    """The secret of a link; only its hash is stored."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> bytes:
    """What is stored of a token: 32 random bytes need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def create_login_link(work: UnitOfWork, user_id: int, token_hash: bytes) -> int:
    """Stores a link that logs the operator in as a user, and records that; returns the link's ID.

    Raises RowDeleted if there is no such user, or it is another partner's, and DomainError if it can't log in.
    """
    user = work.get(User, user_id)
    if user.state != UserState.ACTIVE:
        raise DomainError(f"This user can't log in: the account is {user.state}.", advice="Change the state first.")
    moment = now()
    link = LoginLink(
        customer_id=user.customer_id,
        partner_id=user.partner_id,
        user_id=user.id,
        operator_id=work.operator.id,
        token_hash=token_hash,
        created_at=moment,
        expires_at=moment + LINK_VALID,
    )
    work.add(link)
    record(work, user, {"log_in_as_user": [None, f"link for {work.operator.name} as {user.name}"]})
    work.session.flush()
    return link.id


def end_login_links(work: UnitOfWork, user_id: int) -> int:
    """Ends whatever the operator began as a user: open links, and the sessions that came from links.

    The user's own sessions, and those of other operators, stay. Returns the number of links that were ended; raises
    RowDeleted, and DomainError if there is nothing to end.
    """
    user = work.get(User, user_id)
    open_links = select(LoginLink).where(
        LoginLink.user_id == user_id, LoginLink.operator_id == work.operator.id, LoginLink.ended_at.is_(None)
    )
    ended = 0
    for link in work.session.scalars(open_links.order_by(LoginLink.id)):
        if not _is_open(work, link):
            continue
        # in the database's own terms, so that a portal redeeming it at this moment either sees it ended, or is ended
        work.session.execute(update(LoginLink).where(LoginLink.id == link.id).values(ended_at=now()))
        work.session.execute(delete(WebSession).where(WebSession.login_link_id == link.id))
        used_at = work.session.scalar(select(LoginLink.used_at).where(LoginLink.id == link.id))
        began = f"started {used_at:%Y-%m-%d %H:%M:%S} UTC" if used_at is not None else "never used"
        record(work, user, {"log_in_as_user": [f"{work.operator.name} as {user.name}, {began}", "ended"]})
        ended += 1
    if not ended:
        raise DomainError("You aren't logged in as this user.", advice="There is no session to end.")
    return ended


def _is_open(work: UnitOfWork, link: LoginLink) -> bool:
    """Whether a link can still be redeemed, or its session goes on."""
    if link.used_at is None:
        return link.expires_at > now()
    session = select(WebSession.id).where(WebSession.login_link_id == link.id).limit(1)
    return work.session.scalar(session) is not None
