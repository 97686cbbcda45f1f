"""Makes the importer of rates for the price list chosen in the import's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partnertui.db.imports.rates import RatesImport
from partnertui.domain.errors import DomainError

if TYPE_CHECKING:
    from partnertui.screens.shared.csv_import.import_kinds import ImportOptions


def rates_importer(options: ImportOptions) -> RatesImport:
    """Imports rates into the price list of the options. Raises DomainError if there is none."""
    if options.price_list_id is None:
        raise DomainError("A price list is required.", "Choose the list that the rates are for.", field="price_list_id")
    return RatesImport(options.price_list_id, options.decimal)
