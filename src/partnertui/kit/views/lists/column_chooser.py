"""Which columns a list shows, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from partnertui.kit.views.lists.list_view import ListView


def choose_columns(view: ListView) -> None:
    """Enter or Space shows or hides a column; the list of columns stays open until Esc."""
    page = view.page
    if page is None:
        return
    services = view.services
    shown = [column.name for column in view.state.shown(page)]

    def items() -> list[Item[str]]:
        hidden = [column for column in page.columns if column.name not in shown]
        columns = [column for name in shown if (column := page.column(name)) is not None]
        found = [Item("", "Default columns", "and default widths")]
        found += [Item(column.name, f"[x] {column.heading}", column.about) for column in columns]
        return found + [Item(column.name, f"[ ] {column.heading}", column.about) for column in hidden]

    def picked(name: str) -> None:
        nonlocal shown
        if not name:
            shown = [column.name for column in page.columns if column.shown]
            view.state.columns, view.state.widths = (), {}
            view.table.widths = view.state.widths
        elif name in shown:
            if len(shown) == 1:
                services.notify("At least one column has to be shown.", "warn")
            else:
                shown.remove(name)
        else:
            shown.append(name)
        if name:
            view.state.columns = tuple(shown)
        view.set_columns()
        view.save_state()
        choose(name)

    def choose(at: str) -> None:
        services.show_dialog(Picker(services, "Columns: Space shows or hides one", items(), at=at), picked)

    choose(shown[0])
