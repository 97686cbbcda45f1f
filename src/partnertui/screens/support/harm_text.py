"""How a ticket's impact is made up, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.domain.ticket_enums import DONE
from partnertui.domain.ticket_harm import LAST_HOURS, explained
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from partnertui.kit.declare.kinds import Row


def harm_text(row: Row) -> str:
    """The sum, as in "12 failing calls an hour × 2 (plan Business) × 4 (due within 30 minutes) = 96"; "" if done."""
    if row.get("harm") is None or row.get("state") in DONE:
        return ""
    if not row.get("failing_calls"):
        return f"none: no failing calls {LAST_HOURS}"
    times = (row.get("sla_due_at"), row.get("sla_paused_since"))
    return explained(row["failing_calls"], row.get("price_plan"), row.get("plan_fee"), times, utc_now())
