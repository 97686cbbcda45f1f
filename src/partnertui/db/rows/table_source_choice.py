"""Chooses the row source of a select on our database: the CDR engine for CDRs, plain keyset paging for other tables."""

from __future__ import annotations

from collections.abc import Callable

from partnertui.db.rows.filters import table_name, unlabelled
from partnertui.db.rows.select_source import TABLE, TableSource
from partnertui.db.rows.type_aliases import Query


def table_source(rows: Callable[[], Query]) -> TableSource:
    """The CDR table's own source for a list of CDRs, TABLE for every other list."""
    if table_name(unlabelled(rows().selected_columns["id"])) != "cdrs":
        return TABLE
    from partnertui.db.rows.cdr.source import CDR_SOURCE  # here, so that other lists don't import its modules

    return CDR_SOURCE
