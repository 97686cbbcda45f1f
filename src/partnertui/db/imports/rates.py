"""The importer of a price list's entries: call prices by prefix, or DDI prices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.imports.bulk_insert_with_history import add_rows
from partnertui.db.imports.importer import Cells
from partnertui.db.models import PriceList, PriceListEntry
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.countries import find_country
from partnertui.domain.csv_files.amounts import read_amount
from partnertui.domain.csv_files.headings import CsvColumn
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.price_list_enums import PriceListKind
from partnertui.domain.price_lists import USED_BY, checked_price

COLUMNS = (
    CsvColumn(
        "name", "Name", ("destination", "description", "zone", "ziel", "zielname", "bezeichnung", "zielland"), True
    ),
    CsvColumn(
        "prefix",
        "Prefix",
        ("code", "dial code", "dialcode", "area code", "number prefix", "vorwahl", "rufnummer", "präfix", "ziffern"),
    ),
    CsvColumn("country", "Country", ("iso", "country code iso", "land")),
    CsvColumn("currency", "Currency", ("währung",)),
    CsvColumn(
        "per_minute",
        "Per minute",
        ("rate", "price", "price per minute", "minute", "rate per minute", "preis", "minutenpreis", "preis pro minute"),
    ),
    CsvColumn("per_call", "Connection fee", ("per call", "connect fee", "setup per call", "verbindungsentgelt")),
    CsvColumn("setup_fee", "Set-up", ("setup", "set-up fee", "einrichtung", "einrichtungspreis")),
    CsvColumn("monthly_fee", "Monthly", ("monthly fee", "per month", "monatlich", "monatspreis")),
    CsvColumn(
        "first_seconds",
        "First increment",
        ("first step", "first", "first interval", "initial increment", "minimum", "min duration", "mindestdauer"),
    ),
    CsvColumn(
        "step_seconds",
        "Further increments",
        ("further steps", "step", "interval", "increment", "billing increment", "takt", "taktung"),
    ),
    CsvColumn("unlimited", "In unlimited plan", ("in unlimited", "unlimited", "flat", "flatrate")),
)
STORED = (
    "name",
    "prefix",
    "country",
    "per_minute",
    "per_call",
    "setup_fee",
    "monthly_fee",
    "first_seconds",
    "step_seconds",
    "unlimited",
)
AMOUNTS = ("per_minute", "per_call", "setup_fee", "monthly_fee")
NEEDED = {
    PriceListKind.CALLS: ("prefix", "per_minute"),
    PriceListKind.DDIS: (),
}
YES = frozenset({"yes", "y", "true", "1", "x", "on", "ja", "j"})
NO = frozenset({"no", "n", "false", "0", "", "off", "nein", "-"})
CHUNK = 2_000


class RatesImport:
    """Prices for one price list; a prefix that it has already is refused."""

    noun = "price/prices"
    chunk = CHUNK

    def __init__(self, price_list_id: int, decimal: str = "") -> None:
        self.price_list_id, self.decimal = price_list_id, decimal
        self.kind, self.currency = PriceListKind.CALLS, ""
        self.columns: Sequence[CsvColumn] = COLUMNS
        self._prefixes: set[int] = set()
        self._stored: frozenset[int] = frozenset()

    def begin(self, connection: Connection, operator: Operator) -> None:
        """Reads the list and the prefixes that it has."""
        row = connection.execute(select(PriceList.kind, PriceList.currency).where(PriceList.id == self.price_list_id))
        found = row.first()
        if found is None:
            raise DomainError("There is no such price list.", "Choose another one.", field="price_list_id")
        self.kind, self.currency = PriceListKind(found.kind), found.currency
        if self.kind not in NEEDED:
            raise DomainError(
                "Rates are for calls or DDIs; this list is for products.",
                "Choose another one.",
                field="price_list_id",
            )
        used = USED_BY[self.kind]
        self.columns = [
            CsvColumn(column.name, column.heading, column.also, column.required or column.name in NEEDED[self.kind])
            for column in COLUMNS
            if column.name in used or column.name in {"name", "currency"}
        ]
        prefixes = select(PriceListEntry.prefix).where(
            PriceListEntry.price_list_id == self.price_list_id, PriceListEntry.prefix.is_not(None)
        )
        stored = connection.scalars(prefixes.execution_options(yield_per=CHUNK))
        # numbers, because half a million texts would need three times their memory
        self._stored = frozenset(int(prefix) for prefix in stored if prefix is not None and prefix.isdigit())
        self._prefixes = set()

    def check(self, cells: Cells) -> Any:
        """The columns of a price."""
        values: RowDict = {
            "name": cells["name"],
            "prefix": cells.get("prefix") or None,
            "country": _country(cells.get("country", "")),
            "product_id": None,
            "first_seconds": _seconds(cells.get("first_seconds") or "60", "first_seconds"),
            "step_seconds": _seconds(cells.get("step_seconds") or "1", "step_seconds"),
            "unlimited": _flag(cells.get("unlimited", "")),
        }
        for name in AMOUNTS:
            values[name] = _amount(cells.get(name, ""), name, self.decimal)
        if cells.get("currency", self.currency).upper() not in {self.currency, ""}:
            raise DomainError(
                f"The price list is in {self.currency}.", "Choose a list in the line's currency.", field="currency"
            )
        found = checked_price(values, self.kind)
        if found["prefix"]:
            self._require_new(found["prefix"])
        return tuple([found[name] for name in STORED])

    def store(self, unit: UnitOfWork, rows: Sequence[Any]) -> None:
        """Stores a chunk of prices."""
        add_rows(unit, PriceListEntry, STORED, rows, {"price_list_id": self.price_list_id, "version": 1})

    def _require_new(self, prefix: str) -> None:
        key = int(prefix)
        if key in self._prefixes:
            raise DomainError(f"An earlier line has the same prefix, {prefix}.", "Remove one of them.", field="prefix")
        if key in self._stored:
            raise DomainError(
                f"The price list already has a price for {prefix}.", "Edit or delete that one.", field="prefix"
            )
        self._prefixes.add(key)


def _amount(typed: str, name: str, decimal: str) -> int | None:
    if not typed:
        return None
    try:
        return read_amount(typed, decimal)
    except DomainError as error:
        raise DomainError(str(error), error.advice, field=name) from None


def _seconds(typed: str, name: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) < 9):
        raise DomainError(f"“{typed}” isn't a number of seconds.", "Use whole seconds, such as 60.", field=name)
    return int(typed)


def _flag(typed: str) -> bool:
    word = typed.casefold()
    if word in YES:
        return True
    if word not in NO:
        raise DomainError(f"“{typed}” is neither yes nor no.", "Write yes or no.", field="unlimited")
    return False


@lru_cache(1024)
def _country(typed: str) -> str | None:
    """The code (ISO 3166) of a country by its code or English name."""
    if not typed:
        return None
    try:
        return find_country(typed)
    except DomainError as error:
        raise DomainError(str(error), "Use a code such as DE.", field="country") from None
