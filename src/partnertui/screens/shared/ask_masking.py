"""Asks whether evidence is attached masked."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.domain.evidence import Evidence, masked_test
from partnertui.kit.declare.actions import ActionContext, Services
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.screens.shared.ticket_attachment import attach_to_ticket

ITEMS = (
    Item(False, "Unmasked", "for colleagues: numbers and addresses stay readable", key="a"),
    Item(True, "Masked", "names, numbers and addresses are hidden", key="m"),
)


def ask_masking(services: Services, what: str, then: Callable[[bool], None]) -> None:
    """Asks, and calls `then` with True for masked. `what`: such as `the call`."""
    services.show_dialog(Picker(services, f"Attach {what} to a ticket", ITEMS, by_key=True), then)


def attach_test(context: ActionContext, test: Evidence) -> None:
    """Asks for masking, then for the ticket; `test` is what was found when the key was pressed."""

    def attach(masked: bool) -> None:
        attach_to_ticket(context, masked_test(test) if masked else test)

    ask_masking(context.services, test.words, attach)
