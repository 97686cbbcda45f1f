"""Support: one row per ticket, with state, SLA due time and agent; tabs such as Open, Mine and Overdue."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from partnertui.db.rows.filter_criteria import Between, Criterion, Equals, Missing, OneOf
from partnertui.domain.operators import Operator
from partnertui.domain.ticket_enums import CLOCK_PAUSED, DONE, Priority, TicketState
from partnertui.domain.ticket_harm import LAST_HOURS
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Age, Choice, Elapsed, Identifier, Integer, Remaining, Row, Tags, Text, Time
from partnertui.kit.declare.kinds.base import EMPTY_ROW
from partnertui.kit.declare.page import Column, ListPreset, Page, Tab
from partnertui.kit.declare.view_location import Location
from partnertui.screens.support.actions import ACTIONS
from partnertui.screens.support.assign_tag_merge_and_link_actions import QUEUE_ACTIONS
from partnertui.screens.support.harm_text import harm_text
from partnertui.screens.support.queries import tickets
from partnertui.screens.support.ticket_view_reads import ticket_detail

if TYPE_CHECKING:
    from partnertui.db.rows.source import RowSource
    from partnertui.kit.declare.actions import ActionContext

STATE_ROLES = (
    ("new", "accent"),
    ("open", "good"),
    ("pending", "warn"),
    ("on hold", "warn"),
    ("snoozed", "muted"),
    ("solved", "muted"),
    ("closed", "muted"),
)
BEST_FIRST = "-last_update_at"
"""The order of the list; while words are searched for, the order of their ranks."""
PRIORITY_ROLES = (("urgent", "bad"), ("high", "warn"), ("low", "muted"))
HARM = f"the customer's failing calls {LAST_HOURS} × plan weight × weight of the SLA time left"
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
        """Muted while paused, bad when past; the time from which it warns is counted back in business hours."""
        if row.get("state") in CLOCK_PAUSED:
            return "muted"
        warns, now = row.get("sla_warn_at"), utc_now()
        if value is None or value <= now:
            return "bad" if value is not None else ""
        return "warn" if warns is not None and warns <= now else ""


class Harm(Integer):
    """Failing calls an hour, weighed by plan and SLA; in full it shows how it is made up."""

    def long_text(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """The sum in words."""
        return harm_text(row)

    def role(self, value: int | None, row: Row = EMPTY_ROW) -> str:
        """Noticed where calls fail."""
        return "warn" if value else "muted"


def mine(operator: Operator | None) -> tuple[Criterion, ...]:
    """Tickets of whoever asks."""
    # No agent has the ID -1; None would list the tickets of nobody as one's own.
    return (Equals("agent_id", operator.id if operator is not None else -1),)


def overdue(operator: Operator | None) -> tuple[Criterion, ...]:
    """Tickets whose promise is broken by now."""
    return (Between("sla_due_at", None, utc_now()),)


def merged_into(row: Row) -> Location | None:
    """The ticket that a merged one leads to."""
    target = row.get("merged_into_id")
    return Location("support", target) if target is not None else None


def source(context: ActionContext) -> RowSource:
    """The tickets, searched by words of their texts."""
    from partnertui.db.rows.listing import Sort  # SQLAlchemy, which start-up imports later
    from partnertui.db.tickets.ticket_source import TicketSource  # as above

    return TicketSource(Sort.parse(BEST_FIRST))


PAGE = Page(
    rows=tickets,
    columns=(
        Column("number", width=9, group="Ticket"),
        Column("priority", Choice(Priority, PRIORITY_ROLES), width=8),
        Column("state", Choice(TicketState, STATE_ROLES), width=8, priority=1),
        Column("sla_due_at", SlaLeft(past="overdue"), title="SLA left", width=14, priority=1),
        Column("subject", width=20, priority=1),
        Column("hit", Text(muted=True), title="Match", width=26, priority=1, sortable=False, while_searching=True),
        Column("customer", width=18, link="customers", priority=1),
        Column("agent", width=14, priority=2),
        Column("age", Elapsed(), width=7),
        Column("last_update_at", Age(), title="Updated", width=8),
        Column("last_update_by", title="Updated by", width=14),
        Column("harm", Harm(), title="Impact", width=6, about=HARM),
        Column("tags", Tags(), width=16, also=("tag",)),
        Column("merged_into", link="support", shown=False),
        Column("requester_name", title="Requester", width=18, group="Requester"),
        Column("requester_email", title="Requester e-mail", width=24),
        Column("user", link="users", width=18, shown=False),
        Column("partner", width=14),
        Column("channel", shown=False),
        Column("language", shown=False),
        Column("aor", title="AOR", shown=False),
        Column("created_at", Time(seconds=False), title="Created", shown=False),
        Column("snoozed_until", Time(seconds=False), shown=False, group="SLA"),
        Column("first_answered_at", Time(seconds=False), title="First response", shown=False),
        Column("sla_paused_since", Time(seconds=False), title="SLA paused since", shown=False),
        Column("id", Identifier(), shown=False),
    ),
    find=("number", "subject", "requester_name", "requester_email"),
    search=("subject", "number", "requester_name"),
    sort=BEST_FIRST,
    tabs=(
        Tab("Open", (WORKED_ON,)),
        Tab("Mine", (WORKED_ON,), mine),
        Tab("Unassigned", (WORKED_ON, Missing("agent_id"))),
        Tab("Overdue", (WORKED_ON, Missing("sla_paused_since")), overdue),
        Tab("Snoozed", (Equals("state", TicketState.SNOOZED),)),
        Tab("Closed", (OneOf("state", tuple(sorted(DONE))),)),
    ),
    presets=(ListPreset("By impact", "", "Open", "-harm"),),
    actions=(*ACTIONS, *QUEUE_ACTIONS),
    source=source,
    instead=merged_into,
    detail=ticket_detail,
    title=lambda row: f"{row['number']} {row['subject']}",
    table="tickets",
    empty="No tickets are waiting.",
    refresh=15,
    changes="partnertui.db.ticket_change_feed:changes",
    row_role=lambda row: "muted" if row["state"] in DONE else "",
    record="partnertui.screens.support.ticket_view:TicketView",
)
