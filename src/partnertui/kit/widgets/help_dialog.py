"""Actions with their keys in a list that can be searched; Enter runs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.key_map import key_label
from partnertui.kit.widgets.dialog import dialog_of
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from collections.abc import Iterable

    from partnertui.kit.declare.actions import Action, ActionContext


class HelpDialog(Picker):
    """Actions by group; Enter runs one, or says why that isn't possible now."""

    DEFAULT_CSS = "HelpDialog > Vertical { width: 110; }"


def show_dialog_help(context: ActionContext) -> None:
    """What can be done in the dialog in front."""
    services, dialog = context.services, dialog_of(context)
    items = help_items(context, dialog.actions())
    hint = services.keymap.fill("Type to search, {key:picker.open} runs")
    help_dialog = HelpDialog(services, f"Keys: {dialog.heading}", items, hint=hint)
    services.show_dialog(help_dialog, lambda action: services.run_action(action, context))


def help_items(context: ActionContext, actions: Iterable[Action]) -> list[Item[Action]]:
    """Every action with all its keys, in the order of the groups' first appearance."""
    groups: dict[str, list[Item[Action]]] = {}
    for action, keys in context.services.keymap.pairs(actions):
        labels = " ".join(dict.fromkeys(key_label(key) for key in keys))
        refusal = action.refusal(context)
        item = Item(action, action.title, action.about, labels, f"({refusal})" if refusal else "", action.group)
        groups.setdefault(action.group, []).append(item)
    return [item for items in groups.values() for item in items]
