"""The importer of customers: one customer a line, with the fields of the form that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from partnertui.db.customers import add_customer
from partnertui.domain.customer_and_user_enums import TRIAL_LENGTH
from partnertui.kit.clock import utc_now
from partnertui.screens.customers.form import FIELDS, plans
from partnertui.screens.shared.csv_import.form_cells import columns_of, read_cells

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.db.imports.importer import Cells
    from partnertui.db.unit_of_work import UnitOfWork
    from partnertui.domain.csv_files.headings import CsvColumn
    from partnertui.domain.operators import Operator
    from partnertui.kit.declare.form import Option
    from partnertui.screens.shared.csv_import.import_kinds import ImportOptions

READ = tuple(entry for entry in FIELDS if not entry.fixed and entry.board is None)
ALSO = {
    "company": ("name", "customer", "firma", "kunde"),
    "contact": ("contact person", "ansprechpartner"),
    "email": ("mail", "email address"),
    "phone": ("telephone", "telefon"),
    "street": ("address", "strasse", "straße"),
    "postcode": ("zip", "zip code", "postal code", "plz"),
    "city": ("town", "ort", "stadt"),
    "country": ("land",),
    "currency": ("währung",),
    "vat_number": ("vat", "vat id", "ust-id", "ustid"),
}


class CustomersImport:
    """Customers, each with all rules of the add form."""

    noun = "customer/customers"
    columns: Sequence[CsvColumn] = columns_of(READ, ALSO, {"company", "email", "country", "currency"})
    decimal = ""
    chunk = 1

    def __init__(self) -> None:
        self._plans: Sequence[Option] = ()

    def begin(self, connection: Connection, operator: Operator) -> None:
        """Reads the price plans."""
        self._plans = plans(connection)

    def check(self, cells: Cells) -> Cells:
        """Nothing without the database: a line is checked by storing it."""
        return cells

    def store(self, unit: UnitOfWork, rows: Sequence[Cells]) -> None:
        """Adds a customer for each line."""
        for cells in rows:
            start = {"trial_ends_at": utc_now() + TRIAL_LENGTH}
            add_customer(unit, read_cells(READ, cells, start, {"price_plan_id": self._plans}))


def customers_importer(options: ImportOptions) -> CustomersImport:
    """Imports customers."""
    return CustomersImport()
