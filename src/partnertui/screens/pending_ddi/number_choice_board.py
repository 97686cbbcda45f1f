"""The drag board in forms that chooses which numbers of an order an action applies to; at first, all that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.pending_ddis import numbers_of
from partnertui.domain.errors import DomainError
from partnertui.domain.pending_ddis import PLANNED
from partnertui.kit.declare.drag_and_drop import Board, Item, Slot
from partnertui.kit.declare.kinds import Number, Row
from partnertui.kit.views.form import Field, Values

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from partnertui.db.rows.type_aliases import RowDict

SLOT = "chosen"


def chosen_field(verb: str, tab: str = "") -> Field:
    """The board; left out for a single number, and there to say so where no number fits."""

    def board(values: Values) -> Board:
        items = tuple(
            Item(part["number"], Number().text(part["number"]), part["state"].value)
            for part in values.get("parts") or ()
        )
        slot = Slot(SLOT, verb, many=True, hint="no numbers")
        return Board(items, (slot,), moves=True, items_title="Unchanged", slots_title="These numbers", none="none")

    return Field(
        SLOT,
        tab=tab,
        title="Numbers",
        board=board,
        rows=8,
        required=True,
        shown=lambda values: len(values.get("parts") or ()) != 1,
        help="To leave a number unchanged, remove it or drag it to the left.",
    )


def read_parts(connection: Connection, order_id: int, eligible: Callable[[Row], bool]) -> RowDict:
    """The values of the board: the order's numbers that an action can be about, all chosen.

    Raises DomainError if there is none: nothing could be done in the form.
    """
    numbers = numbers_of(connection, order_id)
    parts = [part for part in numbers if eligible(part)]
    if not parts:
        states = ", ".join(sorted({str(part["state"]) for part in numbers}))
        raise DomainError(
            "None of this order's numbers is in a state that allows this.", advice=f"Now: {states or 'no numbers'}."
        )
    return {"parts": parts, SLOT: {SLOT: tuple(part["number"] for part in parts)}}


def chosen_parts(values: Values) -> list[Row]:
    """The numbers that are chosen."""
    chosen = set((values.get(SLOT) or {}).get(SLOT, ()))
    return [part for part in values.get("parts") or () if part["number"] in chosen]


def planned_changes(values: Values, seen: Values) -> RowDict:
    """What the agent changed of documents, party and action: the chosen numbers get it, all else stays on each."""
    return {name: values[name] for name in PLANNED if values.get(name) != seen.get(name)}


def seen_versions(values: Values) -> dict[str, int]:
    """The versions of the chosen numbers that the agent saw."""
    return {part["number"]: part["version"] for part in chosen_parts(values)}
