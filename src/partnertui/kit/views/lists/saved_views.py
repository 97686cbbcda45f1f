"""Saved views: a filter with its order, tab and columns under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.views.lists.list_state import ListState
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.kit.widgets.text_dialogs import Confirm, TextDialog

if TYPE_CHECKING:
    from partnertui.kit.views.lists.list_view import ListView

# No saved view has such a name: NUL can't be typed.
SAVE, DELETE = "\0save", "\0delete"
LONGEST_NAME = 40
SavedViews = dict[str, dict[str, object]]


def choose_view(view: ListView) -> None:
    """Opens a saved or declared view, saves the current one, or deletes one."""
    page, services, screen = view.page, view.services, view.location.screen
    if page is None:
        return
    saved: SavedViews = dict(services.saved_state.get("views", screen, default={}))
    items = [Item(name, name, str(state.get("query") or "")) for name, state in sorted(saved.items())]
    presets = {f"\0{preset.title}": preset for preset in page.presets}
    items += [Item(key, preset.title, f"{preset.tab} {preset.query}".strip()) for key, preset in presets.items()]
    items.append(Item(SAVE, "Save this view …", view.bar.text or "no filter"))
    if saved:
        items.append(Item(DELETE, "Delete a view …"))

    def picked(name: str) -> None:
        if name == SAVE:
            _save(view, saved)
        elif name == DELETE:
            _delete(view, saved)
        elif name in presets:
            preset, tabs = presets[name], [tab.title for tab in page.tabs]
            kept: dict[str, object] = {
                "query": preset.query,
                "tab": tabs.index(preset.tab) if preset.tab in tabs else 0,
            }
            if preset.sort:
                kept |= {"sort": preset.sort.removeprefix("-"), "descending": preset.sort.startswith("-")}
            view.show_state(ListState.of(page, kept))
            view.restart()
        else:
            view.show_state(ListState.of(page, saved[name]))
            view.restart()

    services.show_dialog(Picker(services, "Saved views", items), picked)


def _save(view: ListView, saved: SavedViews) -> None:
    services = view.services

    def named(typed: str) -> None:
        name = " ".join(typed.split())[:LONGEST_NAME]
        if name in saved:
            words = "Its filter, order and columns are overwritten."
            services.show_dialog(
                Confirm(services, f"Replace the view “{name}”?", words, "replace"), lambda answer: keep(name)
            )
        else:
            keep(name)

    def keep(name: str) -> None:
        assert view.page is not None
        saved[name] = view.state.kept(view.page, order=True)
        view.services.saved_state.put("views", view.location.screen, value=saved)
        view.services.saved_state.save()
        view.services.notify(f"Saved as “{name}”; press {{key:list.views}} to open.", "good")

    view.services.show_dialog(TextDialog(view.services, "Name of this view"), named)


def _delete(view: ListView, saved: SavedViews) -> None:
    def picked(name: str) -> None:
        saved.pop(name, None)
        view.services.saved_state.put("views", view.location.screen, value=saved or None)
        view.services.saved_state.save()
        view.services.notify(f"Deleted the view “{name}”.", "good")

    items = [Item(name, name) for name in sorted(saved)]
    view.services.show_dialog(Picker(view.services, "Delete which view?", items), picked)
