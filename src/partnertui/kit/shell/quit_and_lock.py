"""Quits the program, asking first if something would be lost, and locks the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.shell.services import AppServices
from partnertui.kit.widgets.dialog import ActionDialog
from partnertui.kit.widgets.text_dialogs import Confirm

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import ActionContext


def quit_program(context: ActionContext) -> None:
    """Quits; asks first while something is being saved, or if a dialog holds text that nobody has saved."""
    services = context.services
    assert isinstance(services, AppServices)
    if services.held_dialogs is not None:
        services.app.exit(0)  # nobody may see the question on a locked screen; drafts are kept
        return
    screens, saving = services.app.screen_stack, services.jobs.saving
    if saving:
        _ask(services, "Quit while saving?", f"The outcome of “{saving[0].title}” isn't known yet.")
    elif any(isinstance(screen, ActionDialog) and screen.unsaved() for screen in screens):
        _ask(services, "Quit without saving?", "You have unsaved changes.")
    else:
        services.app.exit(0)


def lock_screen(context: ActionContext) -> None:
    """Locks the screen at once."""
    services = context.services
    assert isinstance(services, AppServices)
    services.database_state.access.lock("You locked the screen.")


def go_back_or_quit(context: ActionContext) -> None:
    """Returns to the previous view; from the first one it quits, after asking."""
    services = context.services
    assert isinstance(services, AppServices)
    if not services.go_back():
        _ask(services, "Quit?", "This is the first screen.")


def _ask(services: AppServices, heading: str, text: str) -> None:
    if not isinstance(services.app.screen, Confirm):
        services.show_dialog(Confirm(services, heading, text, "quit", "stay"), lambda yes: services.app.exit(0))
