"""Command palette, go-to list, row menu, themes and jobs: pickers over the action registry."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from partnertui.db.sent_views import may_be_code
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.view_location import Location
from partnertui.kit.shell.job_list import JobList
from partnertui.kit.shell.services import AppServices
from partnertui.kit.theme import load_palette, theme_names
from partnertui.kit.views.sent_view import open_by_code
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partnertui.kit.declare.actions import Action, ActionContext, Services
    from partnertui.kit.jobs import Job

KEYS_SHOWN_AFTER = 0.5
"""Seconds after `g` before the keys are shown; whoever knows the key is faster."""


def action_items(
    context: ActionContext, actions: Sequence[Action], *, groups: bool = False
) -> list[Item[Action | Location]]:
    """Actions with their first key, and why some aren't possible now; `groups` says where the others belong."""
    items: list[Item[Action | Location]] = []
    for action, keys in context.services.keymap.pairs(actions):
        key, about = key_label(keys[0]) if keys else "", action.about or (action.group if groups else "")
        items.append(Item(action, action.title, about, key, action.refusal(context)))
    return items


def _screens(services: Services) -> list[Item[Location]]:
    role = services.operator.role if services.operator else None
    visible = services.catalog.visible(role).values()
    return [
        Item(
            Location(screen.id),
            screen.entry.title,
            screen.entry.about or screen.entry.group,
            key_label(screen.entry.key),
            name=screen.id,
        )
        for screen in visible
    ]


def palette(context: ActionContext) -> None:
    """Everything that can be done here, and every screen."""
    services = context.services
    actions = tuple(action for action in services.actions() if action.palette)
    screens: list[Item[Action | Location]] = [
        Item(item.value, f"Go to {item.label}", item.detail, item.key and f"g {item.key}", name=item.name)
        for item in _screens(services)
    ]

    def picked(value: Action | Location) -> None:
        if isinstance(value, Location):
            services.open(value)
        else:
            services.run_action(value)

    services.show_dialog(Picker(services, "Commands", [*action_items(context, actions, groups=True), *screens]), picked)


def _sent_view(typed: str) -> Item[str] | None:
    """The view of a colleague, where its code may have been typed."""
    code = typed.strip().upper()
    return Item(code, f"Open the view with the code {code}", "sent by a colleague") if may_be_code(code) else None


def goto(context: ActionContext) -> None:
    """A screen by name, or a colleague's view by its code."""
    services = context.services

    def picked(value: Location | str) -> None:
        if isinstance(value, str):
            open_by_code(services, value)
        else:
            services.open(value)

    hint = "screen name, or a colleague's code"
    services.show_dialog(Picker(services, "Go to", _screens(services), hint=hint, typed_item=_sent_view), picked)


def go_by_key(context: ActionContext) -> None:
    """Takes the next key as a screen's key; shows the keys if none comes soon."""
    services = context.services
    assert isinstance(services, AppServices)
    services.go_pending = True
    services.call_later(KEYS_SHOWN_AFTER, lambda: show_screen_keys(context) if services.go_pending else None)


def show_screen_keys(context: ActionContext) -> None:
    """The screens with their keys."""
    services = context.services
    assert isinstance(services, AppServices)
    services.go_pending = False
    from partnertui.kit.shell.screen_keys_overview import ScreenKeys  # whoever knows the keys never needs it

    services.show_dialog(ScreenKeys(services, "Go to: press a key", _screens(services)), services.open)


def context_menu(context: ActionContext) -> None:
    """What can be done with the row under the cursor, or with all marked ones."""
    services = context.services
    actions = tuple(action for action in services.actions() if action.rows or action.menu)
    title = f"{len(context.rows)} rows" if len(context.rows) > 1 else "Actions"
    services.show_dialog(Picker(services, title, action_items(context, actions)), services.run_action)


def choose_theme(context: ActionContext) -> None:
    """Another theme, now and for the next start."""
    services = context.services
    items = [
        Item(name, load_palette(name).title, "current" if name == services.palette.name else "")
        for name in theme_names()
    ]
    services.show_dialog(Picker(services, "Theme", items), services.use_theme)


def show_jobs(context: ActionContext) -> None:
    """Running jobs; Enter cancels one."""
    context.services.show_dialog(JobList(context.services), partial(_cancel_job, context.services))


def _cancel_job(services: Services, job: Job) -> None:
    if job.saves and not job.outcome_counts:
        # Its statement may have been committed already, and then nobody would be told.
        services.notify("A change that is being saved can't be cancelled.", "warn")
        return
    job.cancel()
