"""Indexes of the CDR table: any sort, any tab, any customer, from ten million rows in milliseconds.

A *slot* is one tab of one of 256 shards of customers. Every sortable column has one index (slot, column): the list of a
tab merges 256 ranges of it, the list of a customer's tab reads one. So one index per column serves the whole list and
every customer, however customer and value correlate.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, text

from partnertui.domain.call_enums import LegCategory

SHARDS = 256
SLOT_SQL = (
    "CASE category "
    + " ".join(f"WHEN '{category.value}' THEN {index * SHARDS}" for index, category in enumerate(LegCategory))
    + f" END + coalesce(customer_id, 0) % {SHARDS}"
)
"""The slot of a row: 256 times the index of its tab, plus its customer's shard."""


def slots_of_customer(customer_id: int | None) -> list[int]:
    """The slots that hold a customer's calls, one a tab; other customers share them."""
    return [index * SHARDS + (customer_id or 0) % SHARDS for index in range(len(LegCategory))]


SLOTTED = (
    "started_at",
    "direction",
    "source_number",
    "source_name",
    "destination_number",
    "destination_name",
    "destination_country",
    "prefix_name",
    "duration",
    "billed_seconds",
    "rate",
    "charge",
    "disposition",
    "sip_code",
    "q850_cause",
    "hung_up_by",
    "pdd_ms",
    "codec",
    "mos",
    "source_user_agent",
    "destination_user_agent",
    "source_ip",
    "destination_ip",
    "server",
    "rating",
)
PLAIN = (("started_at",), ("customer_id", "slot"), ("user_id", "slot"), ("call_id_a",), ("call_id_b",))
"""Columns of further indexes. Those by customer and user serve the order of their names."""
TO_MEND_INDEX = "ix_cdrs_to_mend"
"""Index of the calls that have no price, customer by customer; there should be none."""
TO_MEND_SQL = "rating IN ('no price', 'other currency')"
"""Its condition; SQLite uses the index only where a query has these very words."""
TRIGRAMS = ("source_number", "destination_number")
"""Columns that can be searched for any substring of three characters or more."""


def index_name(*names: str) -> str:
    """The name of the index on these columns."""
    return f"ix_cdrs_{'_'.join(names)}"


def cdr_indexes(table: Table) -> list[Index]:
    """All b-tree indexes of the table. Each ends with the ID, which SQLite adds by itself."""
    found = []
    for names in (*PLAIN, *(("slot", name) for name in SLOTTED)):
        columns = [table.c[name] for name in names]
        found.append(Index(index_name(*names), *columns).ddl_if(dialect="sqlite"))
        found.append(Index(index_name(*names), *columns, table.c.id).ddl_if(dialect="postgresql"))
    to_mend = text(TO_MEND_SQL)
    found.append(Index(TO_MEND_INDEX, table.c.customer_id, table.c.id, sqlite_where=to_mend, postgresql_where=to_mend))
    known = text("origin IS NOT NULL")
    found.append(Index("uq_cdrs_origin", table.c.origin, unique=True, sqlite_where=known, postgresql_where=known))
    return found
