"""Leaving the program: at once, unless something that was typed would be lost."""

from __future__ import annotations

from partnertui.kit.shell.services import Services


def leave(services: Services) -> None:
    """Ends the program; asks first where a dialog holds what nobody has saved."""
    from partnertui.kit.widgets.text_box import Confirm

    app = services.app
    if not any(getattr(screen, "unsaved", bool)() for screen in app.screen_stack):
        app.exit(0)
        return
    if isinstance(app.screen, Confirm):
        return
    question = Confirm("Quit, and lose what you typed?", "What stands in the dialog is not saved.", "quit")
    services.show_dialog(question, lambda yes: app.exit(0))
