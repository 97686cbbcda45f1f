"""Find anything: hits while typing, grouped by screen; Enter goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.kit.declare.default_phone_country import number_country
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.find_anything.matching_rows import Hit, find
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from partnertui.kit.declare.actions import ActionContext

HINT = "a name, number, MAC, IP, ticket, Call-ID, amount, invoice …"


class FindDialog(Picker):
    """Hits as wide as the terminal allows: names and what matched are both read."""

    DEFAULT_CSS = "FindDialog > Vertical { width: 96%; max-width: 130; }"


def find_anything(context: ActionContext) -> None:
    """Opens the search."""
    services = context.services

    def search(typed: str, show: Callable[[Sequence[Item[Location]]], None]) -> None:
        if not typed.strip():
            show([])
            return

        def work(connection: Connection) -> list[Hit]:
            return find(connection, services.catalog, services.operator, typed, country=number_country(services))

        services.read(picker, "find", work, lambda hits: show([item(hit) for hit in hits]))

    picker = FindDialog(services, "Find anything", search=search, hint=HINT)
    services.show_dialog(picker, services.open)


def item(hit: Hit) -> Item[Location]:
    """A hit as a line: its name, its customer, and the value that matched."""
    customer = hit.row.get("customer")
    detail = "  ".join(str(part) for part in (hit.found, customer) if part and part != hit.name)
    return Item(Location(hit.screen, hit.row["id"], row=hit.row), hit.name, detail, group=hit.title)
