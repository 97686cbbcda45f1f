"""Actions of every record: follow a link, copy, filter the list by a value, refresh, back."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.lists.list_view import ListView
from partnertui.kit.views.records.record_view import RecordView
from partnertui.kit.views.row_actions import ROW_ACTIONS
from partnertui.kit.widgets.dialog import move_actions


def record_of(context: ActionContext) -> RecordView:
    """The record in front."""
    return context.front(RecordView)


def _open(context: ActionContext) -> None:
    target = record_of(context).body.line.target
    if target is not None:
        context.services.open(target)


def _no_target(context: ActionContext) -> str:
    return "" if record_of(context).body.line.target is not None else "nothing to open here; {key:record.copy} copies"


def _copy(context: ActionContext) -> None:
    line = record_of(context).body.line
    context.services.copy(line.copy, f"{line.name} “{one_line(line.copy, 60)}”" if line.name else "the line")


def _copy_all(context: ActionContext) -> None:
    sides = record_of(context).body.lines.sides
    lines = [f"{line.name}\t{line.copy}" for side in sides for line in side if line.name]
    context.services.copy("\n".join(lines), "the record")


def _neighbour(by: int) -> Action:
    word, key = ("next", "right_curly_bracket") if by > 0 else ("previous", "left_curly_bracket")

    def go(context: ActionContext) -> None:
        context.services.neighbour(by)

    return Action(f"record.{word}", f"{word.capitalize()} record in the list", go, (key,), group="Row")


def _search(context: ActionContext) -> None:
    """Back in the list that the record was opened from, with its filter line open."""
    services = context.services
    services.go_back()
    front = services.context().view
    if isinstance(front, ListView):
        front.call_after_refresh(front.bar.edit)


def _no_list(context: ActionContext) -> str:
    previous = context.services.previous_location()
    return "" if previous is not None and previous.record is None else "this record wasn't opened from a list"


RECORD_ACTIONS = (
    Action("record.open", "Follow the line's link", _open, ("enter",), "go", refuse=_no_target, group="Row"),
    _neighbour(1),
    _neighbour(-1),
    Action("record.search", "Back to the list, to filter it", _search, ("slash",), refuse=_no_list, group="Row"),
    Action("record.copy", "Copy the value", _copy, ("y",), "copy", group="Row"),
    Action("record.copy-all", "Copy the record", _copy_all, ("upper_y", "Y"), group="Row", menu=True),
    *ROW_ACTIONS,
    Action("record.refresh", "Refresh", lambda c: record_of(c).refresh_rows(), ("f5", "r"), group="Row"),
    *move_actions("record", lambda context: record_of(context).body),
    Action(
        "record.close",
        "Back",
        lambda context: context.services.go_back(),
        ("escape",),
        "back",
        group="Row",
        palette=False,
    ),
)
