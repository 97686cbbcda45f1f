"""Kinds of imports (rates, numbers, customers, users): title, columns, importer and options of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from partnertui.kit.declare.lazy import resolve

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.imports.importer import Importer


@dataclass(frozen=True)
class ImportOptions:
    """What an import knows besides its file."""

    database: Database
    settings: Settings
    folders: Folders
    price_list_id: int | None = None
    customer_id: int | None = None
    """Whose rows they are where the file has no column for the customer."""
    decimal: str = ""
    """The decimal mark of amounts: "." or ","; "" finds it in each amount."""


@dataclass(frozen=True)
class ImportKind:
    """A kind of rows: its word in the command, and what makes its importer."""

    word: str
    about: str
    where: str
    """`module:function` that makes the importer from ImportOptions."""
    has_amounts: bool = False
    after: str = ""
    """Said when it is imported."""

    def importer(self, options: ImportOptions) -> Importer:
        """An importer for one file. Raises UserError if the options don't say enough."""
        make: Callable[[ImportOptions], Importer] = resolve(self.where)
        return make(options)
