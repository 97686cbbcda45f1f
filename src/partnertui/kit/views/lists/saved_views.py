"""Saved views: a filter with its order, tab and columns under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.views.lists.state import ListState
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from partnertui.kit.views.lists.view import ListView

SAVE, FORGET = "\0save", "\0forget"


def choose_view(view: ListView) -> None:
    """Goes to a saved view, saves this one, or forgets one."""
    page, services, screen = view.page, view.services, view.location.screen
    if page is None:
        return
    kept: dict[str, dict[str, object]] = dict(services.saved_state.get("views", screen, default={}))
    items = [Item(name, name, str(state.get("query") or "")) for name, state in sorted(kept.items())]
    items.append(Item(SAVE, "Save this view …", view.bar.text or "as it stands"))
    if kept:
        items.append(Item(FORGET, "Forget a view …"))

    def picked(name: str) -> None:
        if name == SAVE:
            _save(view, kept)
        elif name == FORGET:
            _forget(view, kept)
        else:
            view.state = ListState.of(page, kept[name])
            view.table.widths = view.state.widths
            view.bar.read(view.state.query)
            view.state.criteria = view.bar.criteria
            view.declare()
            view.restart()

    services.show_dialog(Picker(services, "Saved views", items), picked)


def _save(view: ListView, kept: dict[str, dict[str, object]]) -> None:
    from partnertui.kit.widgets.text_box import Question

    def named(name: str) -> None:
        assert view.page is not None
        title = " ".join(name.split())[:40]
        kept[title] = view.state.kept(view.page)
        view.services.saved_state.put("views", view.location.screen, value=kept)
        view.services.saved_state.save()
        view.services.notify(f"Saved as {title}: v goes there.", "good")

    view.services.show_dialog(Question(view.services, "Name of this view"), named)


def _forget(view: ListView, kept: dict[str, dict[str, object]]) -> None:
    def picked(name: str) -> None:
        kept.pop(name, None)
        view.services.saved_state.put("views", view.location.screen, value=kept or None)
        view.services.saved_state.save()
        view.services.notify(f"Forgot {name}.", "good")

    view.services.show_dialog(Picker(view.services, "Forget which?", [Item(name, name) for name in sorted(kept)]), picked)
