"""Pending DDI: one row per order or port of numbers that aren't live yet, with state, due date, and who must act."""

from __future__ import annotations

from partnertui.db.rows.filter_criteria import Equals, OneOf
from partnertui.domain.pbx_enums import ActingParty, PendingKind, PendingState
from partnertui.domain.pending_ddis import ENDED
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Choice, Country, Identifier, Integer, Number, Remaining, Row, Text, Time
from partnertui.kit.declare.page import Column, Drawing, Fact, Page, Tab
from partnertui.screens.pending_ddi.actions import ACTIONS
from partnertui.screens.pending_ddi.number_lines import number_lines
from partnertui.screens.pending_ddi.queries import orders, read_numbers
from partnertui.screens.pending_ddi.state_roles import STATES

UNDER_WAY = (PendingState.DRAFT, PendingState.SUBMITTED, PendingState.IN_PROCESS, PendingState.DATE_CONFIRMED)


def ended(row: Row) -> bool:
    """True where nothing is waited for any more."""
    return row["state"] in ENDED


def timing(row: Row) -> str:
    """Days left until the due date, or overdue."""
    if ended(row):
        return ""
    when, what = (row["agreed_at"], "agreed") if row["agreed_at"] else (row["requested_at"], "requested")
    if when is None:
        return ""
    late = when < utc_now()
    days = abs(when - utc_now()).days
    count = "less than a day" if not days else "1 day" if days == 1 else f"{days} days"
    return f"overdue by {count} ({what} date)" if late else f"in {count} ({what} date)"


PAGE = Page(
    rows=orders,
    columns=(
        Column("order_number", title="Order", width=12, group="Order"),
        Column("customer", width=20, link="customers"),
        Column("kind", Choice(PendingKind), title="Type", width=8),
        Column("state", Choice(PendingState, STATES), width=14),
        Column("due_at", Remaining(warn_below=86_400, past="overdue", over=ended), title="Due", width=15),
        Column("first_number", Number(), title="First number"),
        Column("quantity", Integer(), title="Numbers", width=8),
        Column("acting_party", Choice(ActingParty), title="Waiting for", width=15),
        Column("required_action", Text(tone="warn"), width=28),
        Column("documents_missing", Text(tone="bad"), width=24),
        Column("country", Country(), width=9),
        Column("losing_carrier", width=18, group="Port"),
        Column("rejected_reason", Text(tone="bad"), title="Rejection reason", width=24),
        Column("requested_at", Time(seconds=False), title="Requested", width=16, group="Dates"),
        Column("agreed_at", Time(seconds=False), title="Agreed", width=16),
        Column("created_at", Time(seconds=False), title="Created", width=16),
        Column("id", Identifier(), shown=False),
    ),
    find=("order_number", "first_number"),
    search=("order_number", "first_number", "losing_carrier"),
    sort="due_at",
    tabs=(
        Tab("In progress", (OneOf("state", UNDER_WAY),)),
        Tab("Exception", (Equals("state", PendingState.EXCEPTION),)),
        Tab("Done", (OneOf("state", ENDED),)),
    ),
    facts=(Fact("Goes live", timing, "Dates", lambda row: "bad" if timing(row).startswith("overdue") else ""),),
    detail=read_numbers,
    drawings=(Drawing("Numbers", number_lines),),
    actions=ACTIONS,
    title=lambda row: row["order_number"],
    table="pending_ddis",
    row_role=lambda row: "muted" if ended(row) else "",
    empty="No orders in progress.",
)
