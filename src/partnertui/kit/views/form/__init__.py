"""Declared forms in a modal dialog: fields, tabs, errors beside their fields, saving in a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.form import Field, Form, Option, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.kit.declare.actions import Services

__all__ = ["Field", "Form", "Option", "Values", "ask_form"]


def ask_form(
    services: Services,
    form: Form,
    then: Callable[[Any], None] = lambda result: None,
    on_cancel: Callable[[], None] | None = None,
) -> None:
    """Opens a form; `then` gets what its `save` returned, `on_cancel` runs if it was closed unsaved."""
    from partnertui.kit.views.form.form_dialog import FormDialog

    services.show_dialog(FormDialog(services, form), then, on_cancel)
