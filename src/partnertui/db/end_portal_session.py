"""Ends sessions of the customer and partner portals."""

from __future__ import annotations

from partnertui.db.change_history import record_event
from partnertui.db.errors import RowDeleted
from partnertui.db.models import Partner, User, WebSession
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError


def end_session(unit: UnitOfWork, session_id: int) -> str:
    """Ends a session, so that its token opens nothing any more; returns who was signed in.

    The user's history has it, or the partner's. Raises DomainError if there is no such session, or it is another's.
    """
    try:
        session = unit.get(WebSession, session_id, lock=True)
    except RowDeleted:
        raise DomainError("This session has already ended.") from None
    model, key = (User, session.user_id) if session.user_id is not None else (Partner, session.partner_id)
    owner = unit.session.get(model, key) if key is not None else None
    if owner is not None:
        since = f"{session.started_at:%Y-%m-%d %H:%M} UTC"
        words = f"{session.user_name} from {session.ip or 'an unknown address'} since {since}"
        record_event(unit.session, owner, {"session": [words, None]})
    unit.delete(session)
    return session.user_name
