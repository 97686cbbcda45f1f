"""Adding, editing and deleting SLA targets."""

from __future__ import annotations

from partnertui.domain.support import Priority
from partnertui.kit.declare.kinds import Choice, Integer
from partnertui.kit.views.form import Field
from partnertui.screens.shared.edit_actions import EditedList

FIELDS = (
    Field("priority", Choice(Priority), required=True, help="One target for each priority."),
    Field(
        "first_answer_minutes",
        Integer(minimum=1),
        title="First response",
        width=10,
        unit="min",
        required=True,
        help="60 an hour, 1440 a day.",
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
)
ACTIONS = EditedList("sla", "SLA target", "SLA_TARGETS", FIELDS, lambda row: f"for {row['priority']} tickets").actions()
