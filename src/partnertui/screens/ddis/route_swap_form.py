"""*Swap*: two numbers of a customer exchange their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.ddis import swap_routes, swappable
from partnertui.kit.declare.kinds import Integer, Number, Row
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.form import Field, Form, Option, Values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.widgets.picker import Item

Other = tuple[int, int, str, str]
"""ID, version, number and target in words: JSON can hold it, so that a draft can, too."""


def swap_form(row: Row) -> Form:
    """The form; its answer is a sentence."""

    def write(unit: UnitOfWork, values: Values, seen: Values) -> str:
        other = values["other_id"]
        return swap_routes(unit, row["id"], row["version"], other[0], other[1])

    def preview(values: Values) -> str:
        other = values.get("other_id")
        if not other:
            return ""
        return f"{Number().text(row['number'])} → {other[3]}; {Number().text(other[2])} → {_target(row)}"

    field = Field(
        "other_id",
        Integer(),
        title="Swap with",
        required=True,
        pick=lambda services, then: _pick(services, row, then),
        help="A number of the same customer. The two numbers exchange routes.",
    )
    title = f"Swap the route of {Number().long_text(row['number'])}"
    return Form(title, (field,), write=write, verb="swap", preview=preview)


def _target(row: Row) -> str:
    return one_line(row["target"] or str(row["route_type"]), 40)


def _pick(services: Services, row: Row, then: Callable[[Option], None]) -> None:
    from partnertui.kit.widgets.picker import Item, Picker  # no key of the list needs it before

    def search(typed: str, show: Callable[[Sequence[Item[Option]]], None]) -> None:
        def work(connection: Connection) -> list[Item[Option]]:
            found = swappable(connection, row["customer_id"], row["id"], typed)
            return [_item(one) for one in found]

        services.read(picker, "search", work, show)

    def _item(found: Row) -> Item[Option]:
        shown = Number().text(found["number"])
        value: Other = (found["id"], found["version"], found["number"], _target(found))
        return Item(Option(value, f"{shown} → {_target(found)}"), shown, _target(found))

    picker = Picker(services, "Swap with", search=search, hint="number or target")
    services.show_dialog(picker, then)
