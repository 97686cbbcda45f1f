"""The Pending DDI screen."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from partnertui.db.criteria import Equals, OneOf
from partnertui.db.list_of import list_of
from partnertui.db.models import PendingDdi
from partnertui.domain.telephony import PendingKind, PendingState
from partnertui.kit.clock import utc_now
from partnertui.kit.kinds import Choice, Country, Identifier, Integer, Number, Row, Time
from partnertui.kit.page import Column, Drawing, Fact, Page, Tab

STATES = (
    ("draft", "muted"), ("submitted", "info"), ("in process", "info"), ("exception", "bad"),
    ("date confirmed", "good"), ("activated", "muted"), ("cancelled", "muted"),
)  # fmt: skip
ENDED = (PendingState.ACTIVATED, PendingState.CANCELLED)
UNDER_WAY = (PendingState.DRAFT, PendingState.SUBMITTED, PendingState.IN_PROCESS, PendingState.DATE_CONFIRMED)


def orders() -> Select[Any]:
    """Orders of numbers."""
    return list_of(
        PendingDdi, PendingDdi.order_number, PendingDdi.kind, PendingDdi.country, PendingDdi.first_number,
        PendingDdi.numbers, PendingDdi.quantity, PendingDdi.losing_carrier, PendingDdi.requested_at,
        PendingDdi.agreed_at, PendingDdi.documents_missing, PendingDdi.state, PendingDdi.required_action,
        PendingDdi.rejected_reason, PendingDdi.created_at,
    )  # fmt: skip


def timing(row: Row) -> str:
    """How the dates stand: days left, or overdue."""
    if row["state"] in ENDED:
        return ""
    when, what = (row["agreed_at"], "agreed") if row["agreed_at"] else (row["requested_at"], "requested")
    if when is None:
        return ""
    days = (when - utc_now()).days
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"overdue by {count} ({what} date)" if days < 0 else f"in {count} ({what} date)"


def numbers(row: Row, width: int) -> list[str]:
    """All numbers of the order, as they are written."""
    return [Number().full(number) for number in row["numbers"]]


PAGE = Page(
    rows=orders,
    columns=(
        Column("order_number", title="Order", width=12, group="Order"),
        Column("customer", width=20, link="customers"),
        Column("kind", Choice(PendingKind), width=8),
        Column("state", Choice(PendingState, STATES), width=14),
        Column("first_number", Number(), title="First number"),
        Column("quantity", Integer(), title="Count", width=7),
        Column("required_action", width=28),
        Column("country", Country(), width=9),
        Column("losing_carrier", width=18, group="Port"),
        Column("documents_missing", width=24),
        Column("rejected_reason", title="Rejected because", width=24),
        Column("requested_at", Time(seconds=False), title="Requested", width=16, group="Dates"),
        Column("agreed_at", Time(seconds=False), title="Agreed", width=16),
        Column("created_at", Time(seconds=False), title="Created", width=16),
        Column("id", Identifier(), shown=False),
    ),
    find=("order_number", "first_number"),
    search=("order_number", "first_number", "losing_carrier"),
    sort="requested_at",
    tabs=(
        Tab("Under way", (OneOf("state", UNDER_WAY),)),
        Tab("Exception", (Equals("state", PendingState.EXCEPTION),)),
        Tab("Ended", (OneOf("state", ENDED),)),
    ),
    facts=(Fact("Goes live", timing, "Dates", lambda row: "bad" if timing(row).startswith("overdue") else ""),),
    drawings=(Drawing("Numbers", numbers),),
    title=lambda row: row["order_number"],
    table="pending_ddis",
    row_role=lambda row: "muted" if row["state"] in ENDED else "",
    empty="No number is on order.",
)
