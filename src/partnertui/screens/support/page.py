"""The Support screen: the queue in six tabs."""

from __future__ import annotations

from datetime import datetime

from partnertui.db.rows.criteria import Between, Criterion, Equals, Missing, OneOf
from partnertui.domain.operators import Operator
from partnertui.domain.support import CLOCK_PAUSED, DONE, Priority, TicketState
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Age, Choice, Identifier, Remaining, Row, Tags, Time
from partnertui.kit.declare.kinds.base import EMPTY_ROW
from partnertui.kit.declare.page import Column, Page, Tab
from partnertui.screens.support.actions import ACTIONS
from partnertui.screens.support.queries import tickets
from partnertui.screens.support.ticket_detail import ticket_detail

STATE_ROLES = (
    ("new", "accent"),
    ("open", "good"),
    ("pending", "warn"),
    ("on hold", "warn"),
    ("snoozed", "muted"),
    ("solved", "muted"),
    ("closed", "muted"),
)
PRIORITY_ROLES = (("urgent", "bad"), ("high", "warn"), ("low", "muted"))
WORKED_ON = OneOf("state", (TicketState.NEW, TicketState.OPEN, TicketState.PENDING, TicketState.ON_HOLD))


class SlaLeft(Remaining):
    """Time left of the SLA; paused while waiting for the customer or a third party."""

    def text(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """The time left, or "paused"."""
        return "paused" if row.get("state") in CLOCK_PAUSED and value is not None else super().text(value, row)

    def long_text(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """As in the list, with the due time."""
        text = self.text(value, row)
        return text if text in {"", "paused"} else f"{text} · {super().long_text(value, row)}"

    def role(self, value: datetime | None, row: Row = EMPTY_ROW) -> str:
        """Muted while paused."""
        return "muted" if row.get("state") in CLOCK_PAUSED else super().role(value, row)


def mine(operator: Operator | None) -> tuple[Criterion, ...]:
    """Tickets of whoever asks."""
    return (Equals("agent_id", operator.id if operator is not None else -1),)


def overdue(operator: Operator | None) -> tuple[Criterion, ...]:
    """Tickets whose promise is broken by now."""
    return (Between("sla_due_at", None, utc_now()),)


PAGE = Page(
    rows=tickets,
    columns=(
        Column("number", width=9, group="Ticket"),
        Column("priority", Choice(Priority, PRIORITY_ROLES), width=8),
        Column("state", Choice(TicketState, STATE_ROLES), width=8, priority=1),
        Column("sla_due_at", SlaLeft(warn_below=3600, past="overdue"), title="SLA left", width=14, priority=1),
        Column("subject", width=20, priority=1),
        Column("customer", width=18, link="customers", priority=1),
        Column("agent", width=14, priority=2),
        Column("last_update_at", Age(), title="Updated", width=8),
        Column("last_update_by", title="Updated by", width=14),
        Column("created_at", Age(), title="Created", width=8),
        Column("tags", Tags(), width=16),
        Column("requester_name", title="Requester", width=18, group="Requester"),
        Column("requester_email", title="Requester e-mail", width=24),
        Column("user", link="users", width=18, shown=False),
        Column("partner", width=14),
        Column("channel", shown=False),
        Column("language", shown=False),
        Column("aor", title="AOR", shown=False),
        Column("snoozed_until", Time(seconds=False), shown=False, group="SLA"),
        Column("first_answered_at", Time(seconds=False), title="First response", shown=False),
        Column("sla_paused_since", Time(seconds=False), title="SLA paused since", shown=False),
        Column("id", Identifier(), shown=False),
    ),
    find=("number", "subject", "requester_name", "requester_email"),
    search=("subject", "number", "requester_name"),
    sort="-last_update_at",
    tabs=(
        Tab("Open", (WORKED_ON,)),
        Tab("Mine", (WORKED_ON,), mine),
        Tab("Unassigned", (WORKED_ON, Missing("agent_id"))),
        Tab("Overdue", (WORKED_ON, Missing("sla_paused_since")), overdue),
        Tab("Snoozed", (Equals("state", TicketState.SNOOZED),)),
        Tab("Closed", (OneOf("state", tuple(sorted(DONE))),)),
    ),
    actions=ACTIONS,
    detail=ticket_detail,
    title=lambda row: f"{row['number']} {row['subject']}",
    table="tickets",
    empty="No tickets are waiting.",
    refresh=15,
    changes="partnertui.db.change_feed:changes",
    row_role=lambda row: "muted" if row["state"] in DONE else "",
    record="partnertui.screens.support.ticket:TicketView",
)
