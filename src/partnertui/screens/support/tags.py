"""*Tag*: adds and removes tags, offering those in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from partnertui.db.tickets.tags import change_tags as change_ticket_tags
from partnertui.db.tickets.tags import known_tags
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_tags import read_tags
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.widgets.picker import Item, Picker, rank
from partnertui.screens.support.bulk_changes import change_tickets

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import Row
    from partnertui.db.unit_of_work import UnitOfWork

Change = tuple[tuple[str, ...], tuple[str, ...]]
"""Tags to add, and tags to remove."""


def change_tags(context: ActionContext) -> None:
    """Offers the tags that there are; adds the one picked, or what was typed, or removes one that all tickets have."""
    services, rows = context.services, context.rows

    def read(connection: Connection) -> list[tuple[str, int]]:
        return known_tags(connection, context.operator)

    def found(known: list[tuple[str, int]]) -> None:
        items = offered(rows, known)

        def search(typed: str, show: Callable[[Sequence[Item[Change]]], None]) -> None:
            show([*typed_tags(typed, [tag for tag, _ in known]), *rank(items, typed)])

        heading = "Tags" if len(rows) == 1 else f"Tags for {len(rows)} tickets"
        picker = Picker(services, heading, search=search, hint="pick a tag, or type new ones")
        services.show_dialog(picker, picked)

    def picked(change: Change) -> None:
        def act(unit: UnitOfWork, row: Row) -> None:
            change_ticket_tags(unit, row["id"], *change, version=row["version"])

        words = " ".join((*(f"+{tag}" for tag in change[0]), *(f"-{tag}" for tag in change[1])))
        change_tickets(context, "change the tags", act, f"Tags: {words}.", f"Tags for {{count}} tickets: {words}.")

    services.read(context.view, "tags", read, found, opens=True)


def offered(rows: Sequence[Row], known: Sequence[tuple[str, int]]) -> list[Item[Change]]:
    """Tags that a ticket of these hasn't are added, the others removed."""
    counts: dict[str, int] = {}
    for row in rows:
        for tag in str(row.get("tags") or "").split():
            counts[tag] = counts.get(tag, 0) + 1
    add = [
        Item[Change](((tag,), ()), tag, f"{count:,} ticket{'s' if count > 1 else ''}", group="Add")
        for tag, count in known
        if counts.get(tag, 0) < len(rows)
    ]
    of = "" if len(rows) == 1 else f" of {len(rows)}"
    remove = [
        Item[Change](((), (tag,)), tag, f"on {count}{of}" if of else "", group="Remove")
        for tag, count in counts.items()
    ]
    return [*remove, *add] if len(rows) == 1 else [*add, *remove]


def typed_tags(typed: str, known: Sequence[str]) -> list[Item[Change]]:
    """What was typed as tags to add; nothing if it is a known one, which is offered anyway."""
    try:
        tags = read_tags(typed)
    except DomainError as error:
        return [Item(((), ()), typed, "", refusal=f"{error} {error.advice}")]
    if not tags or (len(tags) == 1 and tags[0] in known):
        return []
    return [Item((tuple(tags), ()), " ".join(tags), "new" if len(tags) == 1 else "all new", group="Add")]
