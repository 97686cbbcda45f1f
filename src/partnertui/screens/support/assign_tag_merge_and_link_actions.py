"""Actions on marked tickets: assign, tag, merge, split messages off, link to a call or other row."""

from __future__ import annotations

from partnertui.kit.declare.actions import NO_OPERATOR, Action, ActionContext
from partnertui.kit.declare.lazy import lazy


def _can_change(context: ActionContext) -> str:
    """Refuses where nobody is signed in, and for a ticket that was merged away."""
    if context.operator is None:
        return NO_OPERATOR
    merged = next((row for row in context.rows if row.get("merged_into_id") is not None), None)
    return f"{merged['number']} was merged into another ticket" if merged is not None else ""


QUEUE_ACTIONS = (
    Action(
        "support.assign",
        "Assign to an agent",
        lazy("partnertui.screens.support.bulk_changes:assign"),
        ("ctrl+a",),
        rows="many",
        refuse=_can_change,
        group="Ticket",
        menu=True,
    ),
    Action(
        "support.tags",
        "Tag, or remove a tag",
        lazy("partnertui.screens.support.tags:change_tags"),
        ("ctrl+y",),
        rows="many",
        refuse=_can_change,
        group="Ticket",
        menu=True,
    ),
    Action(
        "support.merge",
        "Merge into another ticket",
        lazy("partnertui.screens.support.merge_and_split:merge"),
        ("vertical_line",),
        rows="many",
        refuse=_can_change,
        group="Ticket",
        menu=True,
        about="if several are marked, asks which one to keep",
    ),
    Action(
        "support.split",
        "Split messages off into a new ticket",
        lazy("partnertui.screens.support.merge_and_split:split"),
        ("backslash",),
        rows="one",
        refuse=_can_change,
        group="Ticket",
        menu=True,
    ),
    Action(
        "support.link",
        "Link to a call, endpoint, payment, invoice or ticket",
        lazy("partnertui.screens.support.links:change_links"),
        ("ctrl+l",),
        rows="one",
        refuse=_can_change,
        group="Ticket",
        menu=True,
    ),
)
