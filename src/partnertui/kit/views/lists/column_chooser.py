"""Which columns a list shows, in which order and how wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.widgets.dialog import ActionDialog, close_action, help_action, move_actions
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partnertui.kit.views.lists.list_view import ListView

STEP = 2
"""Cells by which a key makes a column wider or narrower."""


class ColumnChooser(Picker):
    """All columns of a list, those shown first; every key changes the list behind it at once."""

    def __init__(self, view: ListView) -> None:
        assert view.page is not None
        self.view, self.page = view, view.page
        self.names = [column.name for column in view.table.columns]
        current = view.table.column
        super().__init__(view.services, "Columns", self.entries(), by_key=True, at=current.name if current else None)

    def entries(self) -> list[Item[str]]:
        """The columns with a mark for those shown, and the widths set by hand."""
        hidden = [column.name for column in self.page.columns if column.name not in self.names]
        return [self._entry(name, shown) for names, shown in ((self.names, True), (hidden, False)) for name in names]

    def _entry(self, name: str, shown: bool) -> Item[str]:
        column, width = self.page.column(name), self.view.table.widths.get(name)
        assert column is not None
        cells = f"{width} cells wide" if width is not None and shown else ""
        return Item(name, f"[{'x' if shown else ' '}] {column.heading}", cells or column.about)

    def actions(self) -> tuple[Action, ...]:
        """Show, hide, move, size."""
        return CHOOSER_ACTIONS

    def hints(self, width: int = 68) -> str:
        """The keys, since they are not those of other pickers."""
        return ActionDialog.hints(self, width)

    def current(self) -> str:
        """The column under the cursor."""
        item = self.choices.current
        return str(item.value) if item is not None else ""

    def pick(self) -> None:
        """Shows or hides the column under the cursor."""
        name = self.current()
        if name not in self.names:
            self.names.append(name)
        elif len(self.names) == 1:
            self.services.notify("At least one column must be shown.", "warn")
        else:
            self.names.remove(name)
        self.changed(name)

    def move(self, by: int) -> None:
        """Moves the column under the cursor up or down in the order."""
        name = self.current()
        if name not in self.names:
            self.services.notify("Only shown columns can be moved.", "warn")
        elif swap(self.names, name, by):
            self.changed(name)

    def resize(self, by: int) -> None:
        """Makes the column under the cursor wider or narrower."""
        name = self.current()
        if name in self.names:
            self.view.table.resize_column(by, name)
            self.view.save_state()
            self.changed(name, reorders=False)

    def reset(self) -> None:
        """The declared columns and widths."""
        self.view.state.columns, self.view.state.widths = (), {}
        self.view.table.widths = self.view.state.widths
        self.view.set_columns()
        self.view.save_state()
        self.names = [column.name for column in self.view.table.columns]
        self.changed(self.names[0], reorders=False)

    def changed(self, name: str, *, reorders: bool = True) -> None:
        """Shows the change here and in the list."""
        if reorders:
            show_columns(self.view, self.names)
        items = self.entries()
        self.all_items = items
        self.choices.show(items)
        self.choices.choose(next(index for index, item in enumerate(items) if item.value == name))


def swap(names: list[str], name: str, by: int) -> bool:
    """Swaps a name with its neighbour; False where there is none."""
    index = names.index(name)
    if not 0 <= index + by < len(names):
        return False
    names[index], names[index + by] = names[index + by], names[index]
    return True


def show_columns(view: ListView, names: Sequence[str]) -> None:
    """Shows these columns in this order, now and at the next start."""
    view.state.columns = tuple(names)
    view.set_columns()
    view.save_state()


def choose_columns(view: ListView) -> None:
    """Opens the list of columns."""
    if view.page is not None:
        view.services.show_dialog(ColumnChooser(view))


def move_column(view: ListView, by: int) -> None:
    """Moves the current column of a list to the left or right."""
    names, column = [column.name for column in view.table.columns], view.table.column
    if column is not None and swap(names, column.name, by):
        show_columns(view, names)
        view.table.sideways(0)


def _chooser(context: ActionContext) -> ColumnChooser:
    return context.front(ColumnChooser)


CHOOSER_ACTIONS = (
    Action("columns.toggle", "Show or hide", lambda c: _chooser(c).pick(), ("space", "enter"), "show", palette=False),
    Action("columns.move-up", "Move up", lambda c: _chooser(c).move(-1), ("shift+up",), "move up", palette=False),
    Action(
        "columns.move-down", "Move down", lambda c: _chooser(c).move(1), ("shift+down",), "move down", palette=False
    ),
    Action(
        "columns.narrower",
        "Narrower",
        lambda c: _chooser(c).resize(-STEP),
        ("less_than_sign",),
        "narrower",
        palette=False,
    ),
    Action(
        "columns.wider", "Wider", lambda c: _chooser(c).resize(STEP), ("greater_than_sign",), "wider", palette=False
    ),
    Action(
        "columns.show-all",
        "Default columns and widths",
        lambda c: _chooser(c).reset(),
        ("0",),
        "defaults",
        palette=False,
    ),
    *(
        action
        for action in move_actions("columns", lambda c: _chooser(c).choices)
        if action.verb not in {"left", "right"}
    ),
    help_action("columns"),
    close_action("columns"),
)
