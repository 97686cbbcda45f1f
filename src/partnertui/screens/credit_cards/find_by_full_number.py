"""*Find by full number*: hidden while typed, compared as a keyed hash, never stored."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext, signed_in
from partnertui.kit.declare.form import Field, Form, MutableValues
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.form import ask_form

NUMBER = Field(
    "number", title="Card number", required=True, secret=True, help="All digits; the number is never stored."
)


def ask_number(context: ActionContext) -> None:
    """Asks for the number, then opens the card that has it."""
    services, operator = context.services, context.operator
    if operator is None:
        return
    settings, folder = services.settings.vault, services.folders.data

    def save(values: MutableValues) -> int:
        from partnertui.db.card_by_full_number import find_card  # the mapped models, in the job's thread

        # A keyed hash (PCI DSS 4.0.1, 3.5.1.1): a plain one is undone by hashing every number that a card can have.
        return find_card(services.database, settings, folder, operator, str(values["number"]))

    form = Form("Find a card by its number", (NUMBER,), save, verb="find")
    ask_form(services, form, lambda card: services.open(Location("credit-cards", card)))


FIND_CARD = Action(
    "credit-cards.find-number",
    "Find by full number",
    ask_number,
    refuse=signed_in,
    group="Card",
    about="hidden while typed, compared as a keyed hash, never stored",
)
