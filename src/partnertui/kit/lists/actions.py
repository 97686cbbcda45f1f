"""What every list can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.actions import Action
from partnertui.kit.context import Here, Scope
from partnertui.kit.desk import Spot
from partnertui.kit.safe_text import one_line

if TYPE_CHECKING:
    from partnertui.kit.lists.view import ListView
    from partnertui.kit.page import Column


def view_of(here: Here) -> ListView:
    """The list in front."""
    from partnertui.kit.lists.view import ListView

    assert isinstance(here.view, ListView)
    return here.view


def _open(here: Here) -> None:
    assert here.row is not None
    here.desk.open(Spot(here.screen, (here.row or {})["id"], row=here.row))


def _current(here: Here) -> bool:
    return view_of(here).table.window.row is not None


def _sort(here: Here) -> None:
    view = view_of(here)
    column = view.table.column
    if column is None or not column.sortable:
        return
    if view.state.sort == column.name:
        view.state.descending = not view.state.descending
    else:
        view.state.sort, view.state.descending = column.name, False
    view.restart()


def _unsortable(here: Here) -> str:
    column = view_of(here).table.column
    return "" if column is None or column.sortable else f"{column.heading} cannot be sorted by"


def _filter_column(here: Here) -> None:
    view = view_of(here)
    text, name = view.bar.text.rstrip(), _name(view, view.table.column)
    if f"{name}:" not in text:
        text = f"{text} {name}:".lstrip()
    view.bar.edit(text)


def _name(view: ListView, column: Column | None) -> str:
    """What a filter of the column begins with."""
    from partnertui.kit.page import typed_name, words_of

    return typed_name(column, words_of(view.page.columns)) if column is not None and view.page is not None else ""


def _filter_by_cell(here: Here) -> None:
    from partnertui.kit.query import rewrite

    view = view_of(here)
    column = view.table.column
    if column is None or here.row is None:
        return
    value = here.row.get(column.name)
    typed = "-" if value is None else column.kind.typed(value)
    if " " in typed or ":" in typed:
        typed = '"' + typed.replace('"', "") + '"'
    name = _name(view, column)
    view.bar.replace(rewrite(view.bar.text, name, f"{name}:{typed}"))


def _clear(here: Here) -> None:
    view_of(here).bar.replace("")


def _home(here: Here) -> None:
    view = view_of(here)
    if view.table.window.first == 0:
        view.table.go(0)
    else:
        view.feed.home()


def _end(here: Here) -> None:
    view = view_of(here)
    if view.table.window.more_after:
        view.feed.end()
    else:
        view.table.go(len(view.table.window.rows) - 1)


def _scope(here: Here) -> None:
    row = here.row or {}
    if row.get("customer_id") is not None or here.screen == "customers":
        found = row["id"] if here.screen == "customers" else row["customer_id"]
        name = row.get("company") if here.screen == "customers" else row.get("customer")
        here.desk.set_scope(Scope(found, one_line(str(name or found))))
    else:
        from partnertui.kit.customer_picker import pick_customer

        pick_customer(here.desk, here.desk.set_scope)


def _copy_cell(here: Here) -> None:
    column = view_of(here).table.column
    if column is not None and here.row is not None:
        text = one_line(column.kind.text(here.row.get(column.name), here.row), 10_000)
        here.desk.copy(text, column.heading)


def _copy_rows(here: Here) -> None:
    columns = view_of(here).table.columns
    lines = ["\t".join(one_line(c.kind.text(row.get(c.name), row), 10_000) for c in columns) for row in here.rows]
    here.desk.copy("\n".join(lines), "the row" if len(lines) == 1 else f"{len(lines)} rows")


def _menu(here: Here) -> None:
    from partnertui.kit.menus import context_menu

    context_menu(here)


def _columns(here: Here) -> None:
    from partnertui.kit.lists.column_chooser import choose_columns

    choose_columns(view_of(here))


def _views(here: Here) -> None:
    from partnertui.kit.lists.saved_views import choose_view

    choose_view(view_of(here))


def _history(here: Here) -> None:
    from partnertui.kit.trail import open_history

    open_history(here)


def _note(here: Here) -> None:
    from partnertui.kit.trail import write_note

    write_note(here)


def _edit_note(here: Here) -> None:
    from partnertui.kit.trail import edit_note

    edit_note(here)


def _no_note(here: Here) -> str:
    if here.operator is None:
        return "nobody is signed in yet"
    noted = (here.row or {}).get("note_count", 1)
    return _no_table(here) or ("" if noted else "there is no note here yet: n adds one")


def _no_table(here: Here) -> str:
    page = here.desk.catalog.loaded(here.screen)
    return "" if page is not None and page.table else "these rows keep no history: they are not ours"


def _no_tabs(here: Here) -> str:
    page = here.desk.catalog.loaded(here.screen)
    return "" if page is not None and page.tabs else "this screen has no tabs"


def _export(here: Here) -> None:
    from partnertui.kit.export.dialog import ask_export

    ask_export(view_of(here))


def _not_loaded(here: Here) -> str:
    return "" if view_of(here).page is not None and here.operator is not None else "the list is not read yet"


def _escape(here: Here) -> None:
    view = view_of(here)
    if view.table.window.marks:
        view.table.unmark()
        view.tell()
    elif view.feed.scan is not None and view.feed.scan.state == "looking":
        view.feed.scan.stop()
    elif not here.desk.stage.back():
        hint = "F4 clears the filter, " if view.bar.text else ""
        here.desk.say(f"This is where you began: {hint}q ends the program.", "")


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
