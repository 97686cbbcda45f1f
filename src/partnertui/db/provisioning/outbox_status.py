"""Reads when a user's account was last written to the switch and compared with it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from partnertui.db.models import SwitchUser, User
from partnertui.domain.provisioning_status import SwitchState


def read_switch_state(connection: Connection, user_id: int) -> SwitchState | None:
    """What was written and compared last; None if neither ever was."""
    table = SwitchUser
    query = (
        select(
            table.revision,
            table.written_revision,
            table.changed_at,
            table.written_at,
            table.checked_at,
            table.differs,
            table.last_error,
        )
        .join(User, (User.sip_username == table.sip_username) & (User.sip_domain == table.sip_domain))
        .where(User.id == user_id)
    )
    row = connection.execute(query).first()
    return SwitchState(*row) if row is not None else None
