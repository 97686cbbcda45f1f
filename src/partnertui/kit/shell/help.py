"""`?`: everything that can be done here, made from the registry, with a search line; Enter runs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.widgets.picker import Item, Picker


class HelpDialog(Picker):
    """Actions by group, those of this view first; Enter runs one, or says why that isn't possible now."""


def show_help(context: ActionContext) -> None:
    """What can be done in the view in front, then everywhere."""
    services = context.services
    screen = services.catalog.screens.get(context.screen)
    title = f"Help: {screen.entry.title}" if screen is not None else "Help"
    about = f"{screen.entry.about} " if screen is not None and screen.entry.about else ""
    items = help_items(context, services.actions())
    dialog = HelpDialog(services, title, items, hint=f"{about}Type to search, Enter runs, F1 explains a column")
    dialog.add_class("wide")
    services.show_dialog(dialog, services.run_action)


def show_dialog_help(context: ActionContext, title: str, actions: Sequence[Action]) -> None:
    """What can be done in a dialog."""
    services = context.services
    dialog = HelpDialog(services, title, help_items(context, actions), hint="Type to search, Enter runs")
    dialog.add_class("wide")
    services.show_dialog(dialog, lambda action: services.run_action(action, context))


def help_items(context: ActionContext, actions: Iterable[Action]) -> list[Item[Action]]:
    """Every action with all its keys, in the order of the groups' first appearance."""
    groups: dict[str, list[Item[Action]]] = {}
    for action, keys in context.services.keymap.pairs(actions):
        labels = " ".join(dict.fromkeys(key_label(key) for key in keys))
        refusal = action.refusal(context)
        detail = f"({refusal})" if refusal else action.about
        groups.setdefault(action.group, []).append(
            Item(action, action.title, action.about, labels, detail if refusal else "", action.group)
        )
    return [item for items in groups.values() for item in items]
