"""The outbox of accounts to write to the switch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from partnertui.db.models.base import Base, MaybeOwned, now

_WAITING = text("revision > written_revision")


class SwitchUser(MaybeOwned, Base):
    """A SIP account that the switch is told about: the outbox of provisioning, and what is known of the switch.

    It holds no copy of the account: whoever empties the outbox reads what the account is now. So it doesn't matter how
    often, or in which order, that is done.
    """

    __tablename__ = "switch_users"
    history = False
    sip_username: Mapped[str]
    sip_domain: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Grows with every change of the account."""
    written_revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """The revision that the switch has; below `revision`, it is waiting."""
    changed_at: Mapped[datetime] = mapped_column(default=now)
    written_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    """When it was last compared with the switch."""
    differs: Mapped[str | None]
    """What differed then, in words; NULL for nothing."""
    last_error: Mapped[str | None]
    """Why it couldn't be written the last time."""
    tried_at: Mapped[datetime | None]
    claim: Mapped[str | None]
    """Whoever is writing it, until `claimed_until`."""
    claimed_until: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("sip_username", "sip_domain"),
        Index("ix_switch_users_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )
