"""What every record can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from partnertui.kit.actions import Action
from partnertui.kit.context import Here, Scope
from partnertui.kit.lists.actions import _edit_note, _history, _no_note, _no_table, _note
from partnertui.kit.safe_text import one_line

if TYPE_CHECKING:
    from partnertui.kit.records.view import RecordView


def view_of(here: Here) -> RecordView:
    """The record in front."""
    return cast("RecordView", here.view)


def _follow(here: Here) -> None:
    target = view_of(here).body.line.target
    if target is not None:
        here.desk.open(target)


def _nowhere(here: Here) -> str:
    return "" if view_of(here).body.line.target is not None else "this line leads nowhere: y copies it"


def _copy(here: Here) -> None:
    line = view_of(here).body.line
    here.desk.copy(line.copy, line.name or "the line")


def _copy_all(here: Here) -> None:
    lines = [f"{line.name}\t{line.copy}" for side in view_of(here).body.sides for line in side if line.name]
    here.desk.copy("\n".join(lines), "the record")


def _scope(here: Here) -> None:
    row = here.row or {}
    found = row.get("id") if here.screen == "customers" else row.get("customer_id")
    name = row.get("company") if here.screen == "customers" else row.get("customer")
    if found is not None:
        here.desk.set_scope(Scope(found, one_line(str(name or found))))


def _no_customer(here: Here) -> str:
    row = here.row or {}
    return "" if here.screen == "customers" or row.get("customer_id") is not None else "this record has no customer"


def _menu(here: Here) -> None:
    from partnertui.kit.menus import context_menu

    context_menu(here)


def _neighbour(by: int) -> Action:
    word = "Next" if by > 0 else "Previous"

    def go(here: Here) -> None:
        here.desk.stage.neighbour(by)

    return Action(f"record.{word.lower()}", f"{word} record", go, ("j",) if by > 0 else ("k",), group="Row")


def _filter(here: Here) -> None:
    """Back in the list that the record was opened from, its filter line open."""
    view_of(here).desk.stage.back()
    front = here.desk.stage.view
    if hasattr(front, "bar"):
        front.call_after_refresh(front.bar.edit)


def _no_list(here: Here) -> str:
    stage = here.desk.stage
    before = stage.trail[stage.place - 1] if stage.place else None
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
        lambda h: h.desk.stage.back(),
        ("escape",),
        "back",
        group="Row",
        palette=False,
    ),
)
