"""Palette, go-to, context menu and other small menus: all of them pickers over the registry."""

from __future__ import annotations

from typing import Any

from partnertui.kit.actions import Action, key_words
from partnertui.kit.context import Here
from partnertui.kit.desk import Desk, Spot
from partnertui.kit.picker import Item, Picker

PATIENCE = 0.5
"""Seconds after `g` before the keys are shown."""


def _items(here: Here, actions: tuple[Action, ...]) -> list[Item]:
    items = []
    for action, keys in here.desk.keymap.pairs(actions):
        key = " ".join(key_words(key) for key in keys[:1])
        items.append(Item(action, action.title, action.about or action.group, key, action.refusal(here)))
    return items


def _screens(desk: Desk) -> list[Item]:
    role = desk.operator.role if desk.operator else None
    return [
        Item(Spot(listed.id), listed.entry.title, listed.entry.about or listed.entry.group, key_words(listed.entry.key))
        for listed in desk.catalog.visible(role).values()
    ]


def palette(here: Here) -> None:
    """Everything that can be done here, and every screen."""
    desk = here.desk
    actions = tuple(action for action in desk.actions() if action.palette)
    screens = [
        Item(item.value, f"Go to {item.label}", item.detail, item.key and f"g {item.key}") for item in _screens(desk)
    ]

    def picked(value: Any) -> None:
        if isinstance(value, Spot):
            desk.open(value)
        else:
            desk.do(value)

    desk.ask(Picker(desk, "Commands", [*_items(here, actions), *screens]), picked)


def goto(desk: Desk) -> None:
    """A screen by name."""
    desk.ask(Picker(desk, "Go to", _screens(desk), hint="a screen's name"), desk.open)


def go_by_key(desk: Desk) -> None:
    """A screen by its key. Who knows it types on; who does not is shown the keys."""
    desk.prefixed = True
    desk.app.set_timer(PATIENCE, lambda: show_keys(desk) if desk.prefixed else None)


def show_keys(desk: Desk) -> None:
    """The screens with their keys."""
    desk.prefixed = False
    desk.ask(Picker(desk, "Go to: press a key", _screens(desk), keys=True), desk.open)


def context_menu(here: Here) -> None:
    """What can be done with the row under the cursor, or with all marked ones."""
    actions = tuple(a for a in here.desk.actions() if (a.rows or a.menu) and a.id not in {"list.menu", "list.mark"})
    title = f"{len(here.rows)} rows" if len(here.rows) > 1 else "This row"
    here.desk.ask(Picker(here.desk, title, _items(here, actions)), here.desk.do)


def choose_theme(desk: Desk) -> None:
    """Another theme, at once and for the next start."""
    from partnertui.kit.theme import load_palette, theme_names

    items = [
        Item(name, load_palette(name).title, "in use" if name == desk.palette.name else "") for name in theme_names()
    ]
    desk.ask(Picker(desk, "Theme", items), lambda name: desk.use_theme(name))


def show_jobs(desk: Desk) -> None:
    """Running jobs; Enter cancels one."""
    from partnertui.kit.jobs_box import JobsBox

    desk.ask(JobsBox(desk), lambda job: job.cancel())
