"""The form of an import: the file, the price list for rates, and how amounts are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from partnertui.domain.price_list_enums import PriceListKind
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.form import Field, Option, Values
from partnertui.screens.shared.csv_import.import_kinds import ImportKind

if TYPE_CHECKING:
    from sqlalchemy import Connection

DECIMALS = (
    Option("", "detected for each amount", "ambiguous amounts are rejected"),
    Option(".", "point", "0.0125"),
    Option(",", "comma", "0,0125"),
)


def price_lists(connection: Connection) -> Sequence[Option]:
    """The price lists that rates can go into."""
    from partnertui.db.models import PriceList  # the mapped models, when the dialog opens

    rows = select(PriceList.id, PriceList.name, PriceList.kind, PriceList.currency)
    rows = rows.where(PriceList.kind != PriceListKind.PRODUCTS).order_by(PriceList.name, PriceList.currency)
    return [Option(row.id, f"{row.name} ({row.currency})", row.kind.value) for row in connection.execute(rows)]


def import_fields(kind: ImportKind) -> tuple[Field, ...]:
    """The fields for a kind of rows."""
    amounts = (
        Field("price_list_id", title="Price list", required=True, load_choices=price_lists),
        Field(
            "decimal",
            title="Decimal mark",
            default="",
            choices=DECIMALS,
            help="The decimal mark of amounts in the file.",
        ),
    )
    return (
        Field(
            "path",
            title="CSV file",
            required=True,
            help="A file on the host that partnertui runs on.",
        ),
        *(amounts if kind.has_amounts else ()),
        Field(
            "problems", title="Save problems to", help="A new file that lists all problems; 100 are shown on screen."
        ),
    )


def start_values(context: ActionContext) -> Values:
    """The price list that the agent is at."""
    row = context.row or {}
    found = row.get("id") if context.screen == "price-lists" else row.get("price_list_id")
    return {"price_list_id": found, "decimal": ""}
