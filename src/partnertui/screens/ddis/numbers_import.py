"""The importer of DDIs: one number or range a line, checked as the form that adds them does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.db.customer_lookup import customer_country
from partnertui.db.ddi_prices import ddi_prices
from partnertui.db.ddis import add_ddis
from partnertui.domain.csv_files.headings import CsvColumn
from partnertui.domain.ddi_price_match import DdiPrice, best_price
from partnertui.domain.ddis import Addition
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import NumberRange, require_country
from partnertui.domain.strict_e164 import country_of_code
from partnertui.kit.clock import utc_now
from partnertui.screens.ddis.add_form import FIELDS, typed_range
from partnertui.screens.shared.csv_import.find_customer import find_customer
from partnertui.screens.shared.csv_import.form_cells import CUSTOMER, columns_of, read_cells

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.imports.importer import Cells
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.form import Values
    from partnertui.screens.shared.csv_import.import_kinds import ImportOptions

READ = tuple(entry for entry in FIELDS if entry.board is None and entry.name != "pattern_check")
ALSO = {
    "numbers": ("number", "ddi", "did", "first number", "rufnummer", "nummer"),
    "last": ("to", "bis"),
    "country": ("land",),
    "area": ("ortsnetz",),
    "pattern_reason": ("pattern check off because",),
    "billing_starts_at": ("billing from", "billed from", "abgerechnet ab"),
}
PRICE = "price"


class NumbersImport:
    """Numbers for customers. The price is named, or the one of the longest prefix that fits, as the dialog proposes."""

    noun = "line of numbers/lines of numbers"
    decimal = ""
    chunk = 1

    def __init__(self, customer_id: int | None) -> None:
        self.customer_id = customer_id
        price = CsvColumn(PRICE, "Price", ("tariff", "preis"))
        customer = replace(CUSTOMER, required=customer_id is None)
        self.columns: Sequence[CsvColumn] = [customer, *columns_of(READ, ALSO, {"numbers"}), price]

    def begin(self, connection: Connection, operator: Operator) -> None:
        """Nothing: what a line is checked against depends on its customer."""

    def check(self, cells: Cells) -> Cells:
        """Nothing without the database: a line is checked by storing it."""
        return cells

    def store(self, unit: UnitOfWork, rows: Sequence[Cells]) -> None:
        """Adds the numbers of each line to its customer."""
        for cells in rows:
            self._add(unit, cells)

    def _add(self, unit: UnitOfWork, cells: Cells) -> None:
        customer = find_customer(unit, cells.get("customer", ""), self.customer_id)
        connection = unit.session.connection()
        start = {
            "pattern_check": not cells.get("pattern_reason"),
            "billing_starts_at": utc_now(),
            "customer_country": customer_country(connection, customer),
        }
        values = read_cells(READ, cells, start, {})
        numbers = typed_range(values)
        require_country(numbers, values.get("country") or "")
        country = values.get("country") or country_of_code(numbers.first)
        price = _price(ddi_prices(connection, customer), cells.get(PRICE, ""), numbers, country, values)
        addition = Addition(
            numbers,
            country,
            values.get("area"),
            price.id if price is not None else None,
            bool(values.get("in_unlimited_plan")),
            bool(values.get("special_case")),
            values["billing_starts_at"],
            values.get("pattern_reason") or None,
        )
        add_ddis(unit, customer, addition)


def _price(prices: list[DdiPrice], typed: str, numbers: NumberRange, country: str, values: Values) -> DdiPrice | None:
    """The price that is named, else the best one. Raises DomainError if there are prices and none fits."""
    named = [price for price in prices if price.name.casefold() == typed.casefold()] if typed else prices
    found = best_price(named, numbers, country)
    if found is None and (typed or (prices and not values.get("special_case"))):
        text, advice = "No price matches these numbers.", "Add one to a DDI price list, or mark them as a special case."
        if typed:
            text, advice = f"No price “{typed}” matches these numbers.", "Correct its name, or leave it empty."
        raise DomainError(text, advice, field=PRICE)
    return found


def numbers_importer(options: ImportOptions) -> NumbersImport:
    """Imports numbers."""
    return NumbersImport(options.customer_id)
