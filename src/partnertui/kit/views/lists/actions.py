"""What every list can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.context import ActionContext, Scope
from partnertui.kit.shell.services import Location
from partnertui.kit.terminal.safe_text import one_line

if TYPE_CHECKING:
    from partnertui.kit.declare.page import Column
    from partnertui.kit.views.lists.view import ListView


def view_of(context: ActionContext) -> ListView:
    """The list in front."""
    from partnertui.kit.views.lists.view import ListView

    assert isinstance(context.view, ListView)
    return context.view


def _open(context: ActionContext) -> None:
    assert context.row is not None
    context.services.open(Location(context.screen, (context.row or {})["id"], row=context.row))


def _current(context: ActionContext) -> bool:
    return view_of(context).table.window.row is not None


def _sort(context: ActionContext) -> None:
    view = view_of(context)
    column = view.table.column
    if column is None or not column.sortable:
        return
    if view.state.sort == column.name:
        view.state.descending = not view.state.descending
    else:
        view.state.sort, view.state.descending = column.name, False
    view.restart()


def _unsortable(context: ActionContext) -> str:
    column = view_of(context).table.column
    return "" if column is None or column.sortable else f"{column.heading} cannot be sorted by"


def _filter_column(context: ActionContext) -> None:
    view = view_of(context)
    text, name = view.bar.text.rstrip(), _name(view, view.table.column)
    if f"{name}:" not in text:
        text = f"{text} {name}:".lstrip()
    view.bar.edit(text)


def _name(view: ListView, column: Column | None) -> str:
    """What a filter of the column begins with."""
    from partnertui.kit.declare.page import typed_name, words_of

    return typed_name(column, words_of(view.page.columns)) if column is not None and view.page is not None else ""


def _filter_by_cell(context: ActionContext) -> None:
    from partnertui.kit.declare.query import rewrite

    view = view_of(context)
    column = view.table.column
    if column is None or context.row is None:
        return
    value = context.row.get(column.name)
    typed = "-" if value is None else column.kind.typed(value)
    if " " in typed or ":" in typed:
        typed = '"' + typed.replace('"', "") + '"'
    name = _name(view, column)
    view.bar.replace(rewrite(view.bar.text, name, f"{name}:{typed}"))


def _clear(context: ActionContext) -> None:
    view_of(context).bar.replace("")


def _home(context: ActionContext) -> None:
    view = view_of(context)
    if view.table.window.first == 0:
        view.table.go(0)
    else:
        view.feed.home()


def _end(context: ActionContext) -> None:
    view = view_of(context)
    if view.table.window.more_after:
        view.feed.end()
    else:
        view.table.go(len(view.table.window.rows) - 1)


def _scope(context: ActionContext) -> None:
    row = context.row or {}
    if row.get("customer_id") is not None or context.screen == "customers":
        found = row["id"] if context.screen == "customers" else row["customer_id"]
        name = row.get("company") if context.screen == "customers" else row.get("customer")
        context.services.set_scope(Scope(found, one_line(str(name or found))))
    else:
        from partnertui.screens.shared.customer_picker import pick_customer

        pick_customer(context.services, context.services.set_scope)


def _copy_cell(context: ActionContext) -> None:
    column = view_of(context).table.column
    if column is not None and context.row is not None:
        text = one_line(column.kind.text(context.row.get(column.name), context.row), 10_000)
        context.services.copy(text, column.heading)


def _copy_rows(context: ActionContext) -> None:
    columns = view_of(context).table.columns
    lines = ["\t".join(one_line(c.kind.text(row.get(c.name), row), 10_000) for c in columns) for row in context.rows]
    context.services.copy("\n".join(lines), "the row" if len(lines) == 1 else f"{len(lines)} rows")


def _menu(context: ActionContext) -> None:
    from partnertui.kit.shell.menus import context_menu

    context_menu(context)


def _columns(context: ActionContext) -> None:
    from partnertui.kit.views.lists.column_chooser import choose_columns

    choose_columns(view_of(context))


def _views(context: ActionContext) -> None:
    from partnertui.kit.views.lists.saved_views import choose_view

    choose_view(view_of(context))


def _history(context: ActionContext) -> None:
    from partnertui.kit.views.notes_and_history import open_history

    open_history(context)


def _note(context: ActionContext) -> None:
    from partnertui.kit.views.notes_and_history import write_note

    write_note(context)


def _edit_note(context: ActionContext) -> None:
    from partnertui.kit.views.notes_and_history import edit_note

    edit_note(context)


def _no_note(context: ActionContext) -> str:
    if context.operator is None:
        return "nobody is signed in yet"
    noted = (context.row or {}).get("note_count", 1)
    return _no_table(context) or ("" if noted else "there is no note here yet: n adds one")


def _no_table(context: ActionContext) -> str:
    page = context.services.catalog.loaded(context.screen)
    return "" if page is not None and page.table else "these rows keep no history: they are not ours"


def _no_tabs(context: ActionContext) -> str:
    page = context.services.catalog.loaded(context.screen)
    return "" if page is not None and page.tabs else "this screen has no tabs"


def _export(context: ActionContext) -> None:
    from partnertui.kit.views.export.dialog import ask_export

    ask_export(view_of(context))


def _not_loaded(context: ActionContext) -> str:
    return "" if view_of(context).page is not None and context.operator is not None else "the list is not read yet"


def _escape(context: ActionContext) -> None:
    view = view_of(context)
    if view.table.window.marks:
        view.table.unmark()
        view.tell()
    elif view.feed.scan is not None and view.feed.scan.state == "looking":
        view.feed.scan.stop()
    elif not context.services.view_stack.back():
        hint = "F4 clears the filter, " if view.bar.text else ""
        context.services.notify(f"This is where you began: {hint}q ends the program.", "")


LIST_ACTIONS = (
    Action("list.open", "Open the record", _open, ("enter",), "open", rows="one", group="Row"),
    Action("list.menu", "Menu of what can be done", _menu, ("full_stop",), "menu", rows="many", group="Row"),
    Action("list.mark", "Mark the row", lambda h: view_of(h).table.mark(), ("space",), rows="many", group="Row"),
    Action("list.scope", "Show only this customer", _scope, ("c",), "customer", group="Row", menu=True),
    Action("list.copy", "Copy the cell", _copy_cell, ("y",), rows="one", group="Row", menu=True),
    Action("list.copy-row", "Copy the row", _copy_rows, ("upper_y", "Y"), rows="many", group="Row", menu=True),
    Action(
        "list.history",
        "History",
        _history,
        ("h",),
        "history",
        rows="one",
        refuse=_no_table,
        settled=True,
        group="Row",
        menu=True,
    ),
    Action(
        "list.note",
        "Add a note",
        _note,
        ("n",),
        "note",
        rows="one",
        refuse=_no_table,
        settled=True,
        group="Row",
        menu=True,
    ),
    Action(
        "list.edit-note",
        "Change a note of yours",
        _edit_note,
        ("upper_n", "N"),
        rows="one",
        refuse=_no_note,
        group="Row",
        menu=True,
    ),
    Action("list.filter", "Filter", lambda h: view_of(h).bar.edit(), ("slash",), "filter", group="List"),
    Action("list.filter-column", "Filter this column", _filter_column, ("f",), group="List"),
    Action(
        "list.filter-cell", "Only rows with this value", _filter_by_cell, ("equals_sign",), rows="one", group="List"
    ),
    Action("list.clear", "Clear the filter", _clear, ("f4",), group="List"),
    Action("list.sort", "Sort by this column", _sort, ("s",), "sort", refuse=_unsortable, group="List"),
    Action("list.views", "Saved views", _views, ("v",), group="List", about="a filter, its order and columns by name"),
    Action(
        "list.export",
        "Export the filtered rows",
        _export,
        ("x",),
        refuse=_not_loaded,
        group="List",
        about="all of them, to a file: CSV, XML or JSON Lines",
    ),
    Action("list.columns", "Choose columns", _columns, ("o",), group="List"),
    Action(
        "list.wider", "Wider column", lambda h: view_of(h).table.resize_column(2), ("greater_than_sign",), group="List"
    ),
    Action(
        "list.narrower",
        "Narrower column",
        lambda h: view_of(h).table.resize_column(-2),
        ("less_than_sign",),
        group="List",
    ),
    Action(
        "list.next-tab",
        "Next tab",
        lambda h: view_of(h).choose_tab(view_of(h).state.tab + 1),
        ("tab",),
        refuse=_no_tabs,
        group="List",
    ),
    Action(
        "list.last-tab",
        "Previous tab",
        lambda h: view_of(h).choose_tab(view_of(h).state.tab - 1),
        ("shift+tab",),
        refuse=_no_tabs,
        group="List",
    ),
    Action("list.home", "First row", _home, ("home",), group="List"),
    Action("list.end", "Last row", _end, ("end", "upper_g", "G"), group="List"),
    Action(
        "list.refresh",
        "Refresh",
        lambda h: view_of(h).restart() if view_of(h).trouble else view_of(h).shown_again(),
        ("f5", "r"),
        group="List",
    ),
    Action("list.escape", "Back", _escape, ("escape",), group="List", palette=False),
)
