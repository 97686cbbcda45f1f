"""What every record can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext, Scope
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.lists.actions import _edit_note, _history, _no_note, _no_table, _note

if TYPE_CHECKING:
    from partnertui.kit.views.records.view import RecordView


def view_of(context: ActionContext) -> RecordView:
    """The record in front."""
    return cast("RecordView", context.view)


def _follow(context: ActionContext) -> None:
    target = view_of(context).body.line.target
    if target is not None:
        context.services.open(target)


def _nowhere(context: ActionContext) -> str:
    return "" if view_of(context).body.line.target is not None else "this line leads nowhere: y copies it"


def _copy(context: ActionContext) -> None:
    line = view_of(context).body.line
    context.services.copy(line.copy, line.name or "the line")


def _copy_all(context: ActionContext) -> None:
    lines = [f"{line.name}\t{line.copy}" for side in view_of(context).body.sides for line in side if line.name]
    context.services.copy("\n".join(lines), "the record")


def _scope(context: ActionContext) -> None:
    row = context.row or {}
    found = row.get("id") if context.screen == "customers" else row.get("customer_id")
    name = row.get("company") if context.screen == "customers" else row.get("customer")
    if found is not None:
        context.services.set_scope(Scope(found, one_line(str(name or found))))


def _no_customer(context: ActionContext) -> str:
    row = context.row or {}
    return "" if context.screen == "customers" or row.get("customer_id") is not None else "this record has no customer"


def _menu(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import context_menu

    context_menu(context)


def _neighbour(by: int) -> Action:
    word = "Next" if by > 0 else "Previous"

    def go(context: ActionContext) -> None:
        context.services.view_stack.neighbour(by)

    return Action(f"record.{word.lower()}", f"{word} record", go, ("j",) if by > 0 else ("k",), group="Row")


def _filter(context: ActionContext) -> None:
    """Back in the list that the record was opened from, its filter line open."""
    view_of(context).services.view_stack.back()
    front = context.services.view_stack.view
    if hasattr(front, "bar"):
        front.call_after_refresh(front.bar.edit)


def _no_list(context: ActionContext) -> str:
    view_stack = context.services.view_stack
    before = view_stack.history[view_stack.place - 1] if view_stack.place else None
    return "" if before is not None and before.record is None else "there is no list behind this record"


RECORD_ACTIONS = (
    Action("record.follow", "Go to what the line names", _follow, ("enter",), "go", refuse=_nowhere, group="Row"),
    Action("record.menu", "Menu of what can be done", _menu, ("full_stop",), "menu", group="Row"),
    _neighbour(1),
    _neighbour(-1),
    Action("record.filter", "Back to the list, to filter it", _filter, ("slash",), refuse=_no_list, group="Row"),
    Action("record.copy", "Copy the value", _copy, ("y",), "copy", group="Row"),
    Action("record.copy-all", "Copy the record", _copy_all, ("upper_y", "Y"), group="Row", menu=True),
    Action("record.scope", "Show only this customer", _scope, ("c",), refuse=_no_customer, group="Row", menu=True),
    Action(
        "record.history",
        "History",
        _history,
        ("h",),
        "history",
        rows="one",
        refuse=_no_table,
        settled=True,
        group="Row",
    ),
    Action("record.note", "Add a note", _note, ("n",), "note", rows="one", refuse=_no_table, settled=True, group="Row"),
    Action(
        "record.edit-note",
        "Change a note of yours",
        _edit_note,
        ("upper_n", "N"),
        rows="one",
        refuse=_no_note,
        group="Row",
    ),
    Action("record.refresh", "Refresh", lambda h: view_of(h).refresh_rows(), ("f5", "r"), group="Row"),
    Action(
        "record.escape",
        "Back",
        lambda h: h.services.view_stack.back(),
        ("escape",),
        "back",
        group="Row",
        palette=False,
    ),
)
