"""A ticket's links to calls, payments, other tickets and more: shown, opened, added and removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from partnertui.db.tickets import links
from partnertui.db.tickets.linkable_rows import linkable, tickets_like
from partnertui.db.tickets.links import links_of
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.unit_of_work_job import run_unit_of_work
from partnertui.kit.widgets.picker import Item, Picker, rank
from partnertui.kit.widgets.record_lines import title_line
from partnertui.screens.support.pane_lines import short_field

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row
    from partnertui.db.tickets.linkable_rows import Linkable
    from partnertui.db.unit_of_work import UnitOfWork

SCREENS = {
    "cdrs": "cdr",
    "users": "users",
    "customer_phones": "customer-phones",
    "ddis": "ddis",
    "payments": "payments",
    "tickets": "support",
    "incidents": "incidents",
}
"""The screen of a linked row, by table."""
TITLES = {
    "cdrs": "Call",
    "users": "Endpoint",
    "customer_phones": "Phone",
    "ddis": "DDI",
    "payments": "Payment",
    "invoices": "Invoice",
    "tickets": "Ticket",
    "incidents": "Incident",
    "call_ids": "Call-ID",
    "numbers": "Number",
}
Link = tuple[str, int, str, bool]
"""Table, ID, what the row is called, and whether the ticket is linked to it already."""


def link_lines(links: Sequence[Row], width: int, rule: str) -> list[Line]:
    """The links of a ticket, each leading to what it names; nothing if there are none."""
    if not links:
        return []
    lines = [title_line("Links", width, rule)]
    for link in links:
        title = TITLES.get(link["object_table"], str(link["object_table"]))
        lines += short_field(title, str(link["value"]), "", width, link_target(link))
    return [*lines, BLANK]


def link_target(link: Row) -> Location | None:
    """Where a link leads; None for what has no screen."""
    table, value = link["object_table"], str(link["value"])
    if table == "invoices" and link.get("transaction_id") is not None:
        return Location("transactions", link["transaction_id"])
    if table == "numbers":
        return Location("cdr", query=f'"{value}"')
    if table == "call_ids":
        return Location("cdr", query=f'call_id_a:="{value}"') if '"' not in value else None
    screen = SCREENS.get(table)
    return Location(screen, link["object_id"]) if screen and link["object_id"] is not None else None


def change_links(context: ActionContext) -> None:
    """Offers what of the customer can be linked, and the links that there are, to remove."""
    row, services = context.row or {}, context.services

    def search(typed: str, show: Callable[[Sequence[Item[Link]]], None]) -> None:
        def work(connection: Connection) -> list[Item[Link]]:
            return rank_links(connection, row, typed, context)

        services.read(picker, "search", work, show)

    def picked(link: Link) -> None:
        table, number, value, linked = link

        def work(unit: UnitOfWork) -> None:
            if linked:
                links.remove_link(unit, row["id"], table, value, version=row["version"])
            else:
                links.add_link(unit, row["id"], table, number, value, version=row["version"])

        done = "Link removed." if linked else f"Linked to {TITLES[table].lower()} {one_line(value, 40)}."
        run_unit_of_work(context, "change the link", work, done)

    picker = Picker(services, f"Link {row['number']} to", search=search, hint="type to narrow, or any ticket's number")
    services.show_dialog(picker, picked)


def rank_links(connection: Connection, row: Row, typed: str, context: ActionContext) -> list[Item[Link]]:
    """The links to remove first, then what can be linked, as far as it matches."""
    known = {(link["object_table"], link["value"]) for link in links_of(connection, row["id"])}
    items = [
        Item[Link]((table, 0, value, True), value, TITLES.get(table, str(table)), group="Remove the link")
        for table, value in sorted(known)
    ]
    offered = list(linkable(connection, row))
    further: list[Linkable] = []
    if typed.strip():
        seen = {(one.table, one.id) for one in offered}
        further = tickets_like(connection, typed, context.operator)
        further = [one for one in further if ("tickets", one.id) not in seen and one.id != row["id"]]
    items += [_item(one) for one in offered if (one.table, one.value) not in known]
    return [*rank(items, typed), *(_item(one) for one in further if (one.table, one.value) not in known)]


def _item(one: Linkable) -> Item[Link]:
    return Item((one.table, one.id, one.value, False), one.value, one_line(one.detail), group=TITLES[one.table])
