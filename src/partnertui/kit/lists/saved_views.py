"""Saved views: a filter with its order, tab and columns under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.lists.state import ListState
from partnertui.kit.picker import Item, Picker

if TYPE_CHECKING:
    from partnertui.kit.lists.view import ListView

SAVE, FORGET = "\0save", "\0forget"


def choose_view(view: ListView) -> None:
    """Goes to a saved view, saves this one, or forgets one."""
    page, desk, screen = view.page, view.desk, view.spot.screen
    if page is None:
        return
    kept: dict[str, dict[str, object]] = dict(desk.memory.get("views", screen, default={}))
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

    desk.ask(Picker(desk, "Saved views", items), picked)


def _save(view: ListView, kept: dict[str, dict[str, object]]) -> None:
    from partnertui.kit.text_box import Question

    def named(name: str) -> None:
        assert view.page is not None
        title = " ".join(name.split())[:40]
        kept[title] = view.state.kept(view.page)
        view.desk.memory.put("views", view.spot.screen, value=kept)
        view.desk.memory.save()
        view.desk.say(f"Saved as {title}: v goes there.", "good")

    view.desk.ask(Question(view.desk, "Name of this view"), named)


def _forget(view: ListView, kept: dict[str, dict[str, object]]) -> None:
    def picked(name: str) -> None:
        kept.pop(name, None)
        view.desk.memory.put("views", view.spot.screen, value=kept or None)
        view.desk.memory.save()
        view.desk.say(f"Forgot {name}.", "good")

    view.desk.ask(Picker(view.desk, "Forget which?", [Item(name, name) for name in sorted(kept)]), picked)
