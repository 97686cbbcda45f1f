"""Palette, go-to, context menu and other small menus: all of them pickers over the registry."""

from __future__ import annotations

from typing import Any

from partnertui.kit.declare.actions import Action, key_words
from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.services import Location, Services
from partnertui.kit.widgets.picker import Item, Picker

PATIENCE = 0.5
"""Seconds after `g` before the keys are shown."""


def _items(context: ActionContext, actions: tuple[Action, ...]) -> list[Item]:
    items = []
    for action, keys in context.services.keymap.pairs(actions):
        key = " ".join(key_words(key) for key in keys[:1])
        items.append(Item(action, action.title, action.about or action.group, key, action.refusal(context)))
    return items


def _screens(services: Services) -> list[Item]:
    role = services.operator.role if services.operator else None
    return [
        Item(
            Location(listed.id),
            listed.entry.title,
            listed.entry.about or listed.entry.group,
            key_words(listed.entry.key),
        )
        for listed in services.catalog.visible(role).values()
    ]


def palette(context: ActionContext) -> None:
    """Everything that can be done here, and every screen."""
    services = context.services
    actions = tuple(action for action in services.actions() if action.palette)
    screens = [
        Item(item.value, f"Go to {item.label}", item.detail, item.key and f"g {item.key}")
        for item in _screens(services)
    ]

    def picked(value: Any) -> None:
        if isinstance(value, Location):
            services.open(value)
        else:
            services.run_action(value)

    services.show_dialog(Picker(services, "Commands", [*_items(context, actions), *screens]), picked)


def goto(services: Services) -> None:
    """A screen by name."""
    services.show_dialog(Picker(services, "Go to", _screens(services), hint="a screen's name"), services.open)


def go_by_key(services: Services) -> None:
    """A screen by its key. Who knows it types on; who does not is shown the keys."""
    services.go_pending = True
    services.app.set_timer(PATIENCE, lambda: show_keys(services) if services.go_pending else None)


def show_keys(services: Services) -> None:
    """The screens with their keys."""
    services.go_pending = False
    services.show_dialog(Picker(services, "Go to: press a key", _screens(services), keys=True), services.open)


def context_menu(context: ActionContext) -> None:
    """What can be done with the row under the cursor, or with all marked ones."""
    actions = tuple(
        a for a in context.services.actions() if (a.rows or a.menu) and a.id not in {"list.menu", "list.mark"}
    )
    title = f"{len(context.rows)} rows" if len(context.rows) > 1 else "This row"
    context.services.show_dialog(Picker(context.services, title, _items(context, actions)), context.services.run_action)


def choose_theme(services: Services) -> None:
    """Another theme, at once and for the next start."""
    from partnertui.kit.theme import load_palette, theme_names

    items = [
        Item(name, load_palette(name).title, "in use" if name == services.palette.name else "")
        for name in theme_names()
    ]
    services.show_dialog(Picker(services, "Theme", items), lambda name: services.use_theme(name))


def show_jobs(services: Services) -> None:
    """Running jobs; Enter cancels one."""
    from partnertui.kit.shell.job_list import JobsBox

    services.show_dialog(JobsBox(services), lambda job: job.cancel())
