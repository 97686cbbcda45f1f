"""The box of find anything: hits as one types, grouped by screen; Enter goes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.kit.declare.context import ActionContext
from partnertui.kit.shell.services import Location
from partnertui.kit.views.find.engine import Hit, find
from partnertui.kit.widgets.picker import Item, Picker

if TYPE_CHECKING:
    from sqlalchemy import Connection

HINT = "a name, number, MAC, IP, ticket, Call-ID, amount, invoice …"


def find_anything(context: ActionContext) -> None:
    """Opens the box."""
    services = context.services

    def search(typed: str, show: Callable[[list[Item]], None]) -> None:
        if not typed.strip():
            show([])
            return

        def work(connection: Connection) -> list[Hit]:
            return find(connection, services.catalog, services.operator, typed)

        services.jobs.query(
            picker,
            "find",
            lambda: services.database,
            work,
            lambda hits: show([item(hit) for hit in hits]),
            lambda trouble: services.notify(str(trouble), "bad"),
        )

    picker = Picker(services, "Find anything", search=search, hint=HINT)
    services.show_dialog(picker, services.open)


def item(hit: Hit) -> Item:
    """A hit as a line: what it is called, whose it is, what was found."""
    whose = hit.row.get("customer")
    detail = "  ".join(str(part) for part in (hit.found, whose) if part and part != hit.name)
    return Item(Location(hit.screen, hit.row["id"], row=hit.row), hit.name, detail, group=hit.title)
