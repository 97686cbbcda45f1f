"""Records events in a user's history that aren't column changes, such as a password shown."""

from __future__ import annotations

from partnertui.db.models import History, User
from partnertui.db.models.base import now
from partnertui.db.unit_of_work import UnitOfWork


def record(work: UnitOfWork, user: User, changes: dict[str, list[str | None]]) -> None:
    """Adds an entry to a user's history that isn't a change of its columns."""
    work.session.add(
        History(
            at=now(),
            operator_id=work.operator.id,
            operator_name=work.operator.name,
            object_table="users",
            object_id=user.id,
            action="changed",
            changes=changes,
            customer_id=user.customer_id,
            partner_id=user.partner_id,
        )
    )
