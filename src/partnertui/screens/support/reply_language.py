"""Asks for the language of a reply: canned responses, dates and amounts follow it, and the ticket from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from sqlalchemy import Connection, select

from partnertui.db.models import CannedResponse, Customer
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.screens.support.variable_preview import preview

if TYPE_CHECKING:
    from partnertui.screens.support.ticket_view_parts import TicketBase

COMMON = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
"""Offered beside the languages that canned responses and customers have."""


def ask_language(view: TicketBase) -> None:
    """Opens a picker; the languages of canned responses come first."""
    composer = view.composer

    def read(connection: Connection) -> tuple[list[str], list[str]]:
        written = select(CannedResponse.language).where(CannedResponse.enabled).distinct()
        spoken = select(Customer.language).where(Customer.id == composer.row.get("customer_id"))
        return list(connection.scalars(written)), [one for one in connection.scalars(spoken) if one]

    def ask(found: tuple[list[str], list[str]]) -> None:
        written, spoken = found
        own = str(composer.row.get("language") or "")
        codes = dict.fromkeys([*([own] if own else ()), *spoken, *sorted(written), *COMMON])
        notes = {own: "the ticket's", **{one: "has canned responses" for one in written}}
        items = [Item(one, language_name(one), notes.get(one, ""), name=one) for one in codes]
        view.services.show_dialog(Picker(view.services, "Reply language", items), chosen)

    def chosen(code: str) -> None:
        composer.answer.language = code
        composer.show_heading()
        composer.keep()
        preview(view)

    view.services.read(view, "languages", read, ask, opens=True)


def language_name(code: str) -> str:
    """What a language is called in English; its code if it isn't known."""
    try:
        return Locale.parse(code.replace("_", "-"), sep="-").english_name or code
    except (UnknownLocaleError, ValueError):
        return code
