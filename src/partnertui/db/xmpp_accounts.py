"""Reads the state, accounts and presence of a customer's chat domain from the platform's tables."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models import Customer, User, UserStatus
from partnertui.db.rows.type_aliases import RowDict
from partnertui.domain.customer_and_user_enums import UserState
from partnertui.domain.errors import DomainError

MOST_USERS = 500
"""Users whose presence is looked up, at most."""


def xmpp_accounts(connection: Connection, customer_id: int) -> RowDict:
    """`domain` and `status` as stored, the number of active `users`, and their last `presence`: {word: users}.

    Raises DomainError if there is no such customer.
    """
    row = connection.execute(
        select(Customer.sip_domain, Customer.xmpp_status).where(Customer.id == customer_id)
    ).first()
    if row is None:
        raise DomainError("This customer was deleted.")
    mine = (User.customer_id == customer_id, User.state == UserState.ACTIVE)
    users = connection.execute(select(func.count()).select_from(User).where(*mine)).scalar_one()
    last = (
        select(UserStatus.presence)
        .where(UserStatus.user_id == User.id)
        .order_by(UserStatus.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    known = select(last.label("presence")).where(*mine).order_by(User.id).limit(MOST_USERS).subquery()
    counts = select(known.c.presence, func.count()).group_by(known.c.presence).order_by(func.count().desc())
    presence = {str(word or "never seen"): number for word, number in connection.execute(counts)}
    return {"domain": row.sip_domain, "status": row.xmpp_status, "users": users, "presence": presence}
