"""Retention actions: change how long a kind of record is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.kinds import Integer
from partnertui.kit.views.form import Field
from partnertui.screens.shared.settings_list_actions import ADMIN, EditedList

if TYPE_CHECKING:
    from partnertui.db.rows.type_aliases import Row

FIELDS = (
    Field(
        "keep_days",
        Integer(minimum=1),
        title="Kept for",
        width=10,
        unit="days",
        help="Empty keeps records indefinitely. The next run of “partnertui maintain” deletes older ones.",
    ),
)


def title(row: Row) -> str:
    """What is kept."""
    return str(row["kind"])


ACTIONS = tuple(
    action
    for action in EditedList("retention", "retention rule", "RETENTION", FIELDS, title, roles=ADMIN).actions()
    if action.id == "retention.edit"  # there is one rule for each kind, no more and no fewer
)
