"""The colour of *SLA left*: by the stored time from which it warns, which is counted in business hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from partnertui.domain.ticket_enums import TicketState
from partnertui.kit.clock import utc_now
from partnertui.screens.support.page import SlaLeft


@pytest.mark.parametrize(
    ("due", "warns", "state", "role"),
    [
        (30, 10, TicketState.OPEN, ""),
        (30, -1, TicketState.OPEN, "warn"),
        (60 * 60, -1, TicketState.OPEN, "warn"),  # due on Monday, and it is Friday evening
        (-1, -30, TicketState.OPEN, "bad"),
        (-1, -30, TicketState.PENDING, "muted"),
    ],
)
def test_the_stored_time_decides(due: int, warns: int, state: TicketState, role: str) -> None:
    now = utc_now()
    row = {"state": state, "sla_warn_at": now + timedelta(minutes=warns)}
    assert SlaLeft(past="overdue").role(now + timedelta(minutes=due), row) == role
