"""Stores views sent to colleagues: a short code for screen, filter and row."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from partnertui.db.models import OperatorAccount, SentView
from partnertui.domain.errors import DomainError

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without letters and digits that are easily confused on the telephone."""
LENGTH = 5
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class ViewState:
    """A screen with what narrows it, and the row that the sender had under the cursor."""

    screen: str
    record: int | None
    fixed_filters: list[list[Any]]
    """Field, value and label of each."""
    query: str
    tab: str
    sort: str
    descending: bool
    row_id: int | None


def may_be_code(typed: str) -> bool:
    """Whether what was typed has the form of a view's code."""
    return len(typed.strip()) == LENGTH and set(typed.strip().upper()) <= set(ALPHABET)


def send_view(connection: Connection, operator_id: int, view: ViewState, now: datetime) -> str:
    """Stores a view and returns its code; views of the day before are removed."""
    connection.execute(delete(SentView).where(SentView.sent_at < now - KEPT))
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if connection.scalar(select(SentView.id).where(SentView.code == code)) is None:
            break
    row = {"code": code, "operator_id": operator_id, "screen": view.screen, "location": asdict(view), "sent_at": now}
    connection.execute(insert(SentView), [row])
    return code


def sent_view(connection: Connection, code: str, now: datetime) -> tuple[str, ViewState]:
    """Who sent a view, and the view. Raises DomainError for a code that isn't known or is over."""
    found = connection.execute(
        select(OperatorAccount.name, SentView.location, SentView.sent_at)
        .join(OperatorAccount, OperatorAccount.id == SentView.operator_id)
        .where(SentView.code == code.strip().upper())
    ).first()
    if found is None or found.sent_at < now - KEPT:
        raise DomainError(
            f"No view has the code “{code.strip()[:12]}”.",
            "Ask for a new code: each one is valid for a day.",
            field="code",
        )
    return found.name, ViewState(**found.location)
