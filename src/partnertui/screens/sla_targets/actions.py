"""Actions that add, edit and delete SLA targets, and the fields of their form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.db.models import PricePlan
from partnertui.domain.ticket_enums import Priority
from partnertui.kit.declare.kinds import Choice, Integer
from partnertui.kit.views.form import Field, Option
from partnertui.screens.calendar_days.actions import calendars
from partnertui.screens.shared.settings_list_actions import EditedList

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row


def plans(connection: Connection) -> Sequence[Option]:
    """Price plans to choose from."""

    rows = select(PricePlan.id, PricePlan.name).order_by(PricePlan.name)
    return [Option(row.id, row.name) for row in connection.execute(rows)]


FIELDS = (
    Field("priority", Choice(Priority), required=True),
    Field(
        "price_plan_id",
        title="Price plan",
        load_choices=plans,
        help="Empty for all plans without a target of their own.",
    ),
    Field(
        "calendar_id",
        title="Business hours",
        load_choices=calendars,
        help="The hours that count; empty means around the clock.",
    ),
    Field(
        "first_answer_minutes",
        Integer(minimum=1),
        title="First response",
        width=10,
        unit="min",
        required=True,
        help="In minutes: 60 is an hour, 1440 a day.",
    ),
    Field(
        "solution_minutes",
        Integer(minimum=1),
        title="Resolution",
        width=10,
        unit="min",
        required=True,
        help="Paused while waiting for the customer.",
    ),
    Field(
        "warn_minutes",
        Integer(minimum=0),
        title="Warning",
        width=10,
        unit="min",
        required=True,
        default=60,
        help="How long before the due time to warn, in business hours.",
    ),
)


def title(row: Row) -> str:
    """Whose target it is."""
    plan = f", {row['price_plan']}" if row.get("price_plan") else ""
    return f"for {row['priority']}-priority tickets{plan}"


ACTIONS = EditedList("sla", "SLA target", "SLA_TARGETS", FIELDS, title).actions()
