"""Actions of every list: open, mark, copy, filter, sort, saved views, export, columns, refresh."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.lists.list_view import ListView
from partnertui.kit.views.row_actions import ROW_ACTIONS
from partnertui.kit.widgets.dialog import move_actions

if TYPE_CHECKING:
    from partnertui.kit.declare.page import Column

LONGEST_COPY = 10_000
"""Characters of a cell that is copied."""


def list_of(context: ActionContext) -> ListView:
    """The list in front."""
    return context.front(ListView)


def _open(context: ActionContext) -> None:
    assert context.row is not None
    context.services.open(Location(context.screen, context.row["id"], row=context.row))


def _sort(context: ActionContext) -> None:
    view = list_of(context)
    column = view.table.column
    if column is None or not column.sortable:
        return
    if view.state.sort == column.name:
        view.state.descending = not view.state.descending
    else:
        view.state.sort, view.state.descending = column.name, False
    view.restart()


def _not_sortable(context: ActionContext) -> str:
    column = list_of(context).table.column
    return "" if column is None or column.sortable else f"{column.heading} can't be sorted"


def _not_filterable(context: ActionContext) -> str:
    view = list_of(context)
    column, page = view.table.column, view.page
    if column is None or page is None or any(asked.name == column.name for asked in page.asked):
        return ""
    return f"{column.heading} can't be filtered by"


def _filter_column(context: ActionContext) -> None:
    view = list_of(context)
    text, name = view.bar.text.rstrip(), _filter_name(view, view.table.column)
    if f"{name}:" not in text:
        text = f"{text} {name}:".lstrip()
    view.bar.edit(text)


def _filter_name(view: ListView, column: Column | None) -> str:
    """The name that a filter of the column begins with."""
    from partnertui.kit.declare.page import typed_name, words_of  # all kinds, which the first frame doesn't need

    return typed_name(column, words_of(view.page.columns)) if column is not None and view.page is not None else ""


def _filter_by_value(context: ActionContext) -> None:
    view = list_of(context)
    column = view.table.column
    if column is None or context.row is None:
        return
    value = context.row.get(column.name)
    typed = "" if value is None else column.kind.input_text(value)
    name = _filter_name(view, column)
    from partnertui.kit.declare.query import literal, rewrite  # the filter language, which the first frame doesn't need

    view.bar.replace(rewrite(view.bar.text, name, f"{name}:{'-' if value is None else literal(typed)}"))


def _first(context: ActionContext) -> None:
    view = list_of(context)
    if view.table.window.first == 0:
        view.table.first()
    else:
        view.feed.home()


def _last(context: ActionContext) -> None:
    view = list_of(context)
    if view.table.window.more_after:
        view.feed.end()
    else:
        view.table.last()


def _copy_cell(context: ActionContext) -> None:
    column = list_of(context).table.column
    if column is not None and context.row is not None:
        text = one_line(column.kind.raw_text(context.row.get(column.name), context.row), LONGEST_COPY)
        context.services.copy(text, f"{column.heading} “{one_line(text, 60)}”" if text else column.heading)


def _copy_rows(context: ActionContext) -> None:
    columns = list_of(context).table.columns
    lines = [
        "\t".join(one_line(column.kind.raw_text(row.get(column.name), row), LONGEST_COPY) for column in columns)
        for row in context.rows
    ]
    context.services.copy("\n".join(lines), "the row" if len(lines) == 1 else f"{len(lines)} rows")


def _step_tab(by: int) -> Action:
    word, key = ("next", "tab") if by > 0 else ("previous", "shift+tab")

    def step(context: ActionContext) -> None:
        view = list_of(context)
        view.choose_tab(view.state.tab + by)

    return Action(f"list.{word}-tab", f"{word.capitalize()} tab", step, (key,), refuse=_no_tabs, group="List")


def _no_tabs(context: ActionContext) -> str:
    page = context.services.catalog.loaded(context.screen)
    return "" if page is not None and page.tabs else "this screen has no tabs"


def _not_loaded(context: ActionContext) -> str:
    return "" if list_of(context).page is not None and context.operator is not None else "the list is still loading"


def _refresh(context: ActionContext) -> None:
    view = list_of(context)
    view.restart() if view.error else view.refresh_rows()


def _close(context: ActionContext) -> None:
    view = list_of(context)
    if view.table.window.marks:
        view.table.unmark()
        view.update_status()
    elif view.feed.scan is not None and view.feed.scan.state == "scanning":
        view.feed.scan.stop()
    elif not context.services.go_back():
        hint = "{key:list.clear} clears the filter, " if view.bar.text else ""
        context.services.notify(f"Already at the first screen; {hint}{{key:app.back}} quits.", "")


def _resize(by: int) -> Action:
    word, key = ("wider", "greater_than_sign") if by > 0 else ("narrower", "less_than_sign")

    def resize(context: ActionContext) -> None:
        view = list_of(context)
        view.table.resize_column(by)
        view.save_state()

    return Action(f"list.{word}", f"{word.capitalize()} column", resize, (key,), group="List")


def _move(by: int) -> Action:
    side = "right" if by > 0 else "left"

    def move(context: ActionContext) -> None:
        lazy("partnertui.kit.views.lists.column_chooser:move_column")(list_of(context), by)

    return Action(f"list.move-{side}", f"Move the column {side}", move, (f"shift+{side}",), group="List")


_MOVES = {"first": _first, "last": _last}

LIST_ACTIONS = (
    Action("list.open", "Open the record", _open, ("enter",), "open", rows="one", group="Row"),
    Action("list.toggle", "Mark the row", lambda c: list_of(c).table.mark(), ("space",), rows="many", group="Row"),
    Action("list.copy", "Copy the cell", _copy_cell, ("y",), rows="one", group="Row", menu=True),
    Action("list.copy-all", "Copy the row", _copy_rows, ("upper_y", "Y"), rows="many", group="Row", menu=True),
    *ROW_ACTIONS,
    Action(
        "list.search",
        "Filter",
        lambda context: list_of(context).bar.edit(),
        ("slash",),
        "filter",
        group="List",
        leads_to=("While typing a filter", "partnertui.kit.views.lists.filter_line_input:FILTER_ACTIONS"),
    ),
    Action("list.filter-column", "Filter this column", _filter_column, ("f",), refuse=_not_filterable, group="List"),
    Action(
        "list.filter-value",
        "Only rows with this value",
        _filter_by_value,
        ("upper_f", "F"),
        rows="one",
        refuse=_not_filterable,
        group="List",
    ),
    Action("list.clear", "Clear the filter", lambda c: list_of(c).bar.replace(""), ("f4",), group="List"),
    Action("list.sort", "Sort by this column", _sort, ("s",), "sort", refuse=_not_sortable, group="List"),
    Action(
        "list.views",
        "Saved views",
        lambda context: lazy("partnertui.kit.views.lists.saved_views:choose_view")(list_of(context)),
        ("v",),
        group="List",
        about="a filter with its sort order and columns, saved under a name",
    ),
    Action(
        "list.export",
        "Export the filtered rows",
        lambda context: lazy("partnertui.kit.views.export.export_dialog:ask_export")(list_of(context)),
        ("x",),
        refuse=_not_loaded,
        group="List",
        about="all of them, to a file: CSV, XML or JSON Lines",
    ),
    Action(
        "list.columns",
        "Choose columns",
        lambda context: lazy("partnertui.kit.views.lists.column_chooser:choose_columns")(list_of(context)),
        ("o",),
        group="List",
        about="which ones, in which order and how wide",
        leads_to=("While choosing columns", "partnertui.kit.views.lists.column_chooser:CHOOSER_ACTIONS"),
    ),
    _move(-1),
    _move(1),
    _resize(2),
    _resize(-2),
    _step_tab(1),
    _step_tab(-1),
    Action("list.refresh", "Refresh", _refresh, ("f5", "r"), group="List"),
    *(
        replace(action, run=_MOVES.get(action.verb, action.run))
        for action in move_actions("list", lambda context: list_of(context).table)
    ),
    Action(
        "list.close", "Clear the marks, stop the search, or go back", _close, ("escape",), group="List", palette=False
    ),
)
