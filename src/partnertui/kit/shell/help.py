"""`?`: all actions that work here, with a search line; Enter runs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.widgets.help_dialog import HelpDialog, help_items

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import ActionContext


def show_help(context: ActionContext) -> None:
    """What can be done in the view in front, then everywhere."""
    services = context.services
    screen = services.catalog.screens.get(context.screen)
    title = f"Help: {screen.entry.title}" if screen is not None else "Help"
    about = f". {screen.entry.about}" if screen is not None and screen.entry.about else ""
    items = help_items(context, services.actions())
    runs = services.keymap.label("picker.open")
    dialog = HelpDialog(services, title, items, hint=f"Type to search, {runs} runs{about}")
    services.show_dialog(dialog, services.run_action)
