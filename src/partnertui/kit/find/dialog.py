"""The box of find anything: hits as one types, grouped by screen; Enter goes there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partnertui.kit.context import Here
from partnertui.kit.desk import Spot
from partnertui.kit.find.engine import Hit, find
from partnertui.kit.picker import Item, Picker

if TYPE_CHECKING:
    from sqlalchemy import Connection

HINT = "a name, number, MAC, IP, ticket, Call-ID, amount, invoice …"


def find_anything(here: Here) -> None:
    """Opens the box."""
    desk = here.desk

    def search(typed: str, show: Callable[[list[Item]], None]) -> None:
        if not typed.strip():
            show([])
            return

        def work(connection: Connection) -> list[Hit]:
            return find(connection, desk.catalog, desk.operator, typed)

        desk.jobs.query(
            picker,
            "find",
            lambda: desk.database,
            work,
            lambda hits: show([item(hit) for hit in hits]),
            lambda trouble: desk.say(str(trouble), "bad"),
        )

    picker = Picker(desk, "Find anything", search=search, hint=HINT)
    desk.ask(picker, desk.open)


def item(hit: Hit) -> Item:
    """A hit as a line: what it is called, whose it is, what was found."""
    whose = hit.row.get("customer")
    detail = "  ".join(str(part) for part in (hit.found, whose) if part and part != hit.name)
    return Item(Spot(hit.screen, hit.row["id"], row=hit.row), hit.name, detail, group=hit.title)
