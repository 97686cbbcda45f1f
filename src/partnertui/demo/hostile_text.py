"""Fills every text column of demo data with terminal escape sequences and other attacks, for tests.

For trying the walls by hand (`partnertui demo --hostile`) and in the tests: what is shown must have · in its place.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, Table, Text, func, literal, select, update

from partnertui.db.database import Database
from partnertui.db.models import Base
from partnertui.domain.errors import DomainError

TITLE, CLIPBOARD, CLEAR = "\x1b]0;owned\x07", "\x1b]52;c;b3duZWQ=\x07", "\x1b[2J\x1b[1;1H"
HOSTILE = (
    f"{TITLE}{CLIPBOARD}{CLEAR}[@click=app.exit]press[/] [bold]b[/bold] [/foo] \u202egnp.exe \u200b\x00\x9b2J"
    f"\x08\x08\r\n\tend \x1bP1$r\x1b\\ \x1b_Gi=1\x1b\\"
)
KEPT = re.compile(
    r"currency|country|language|time_zone|sip_domain|^id$|code$|hash|login|media_type|channel|revision|^mac$"
)
"""Columns that the program itself reads; with other text in them nothing would be shown at all."""
GUARDS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('history', 'audit_links')"
"""What keeps history from being changed."""
LONG = ("subject", "company")
"""Columns of which the first row gets a megabyte."""


def write_hostile_text(database: Database) -> None:
    """Writes it; raises DomainError for PostgreSQL, whose CHECKs can't be left out for a moment."""
    if database.dialect != "sqlite":
        raise DomainError("--hostile needs SQLite.", advice="Leave --url out.")
    database.write(_poison, deadline=600)


def _poison(connection: Connection) -> None:
    for name, _ in connection.exec_driver_sql(GUARDS).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if type(column.type) is Text and not KEPT.search(column.name):
                _poison_column(connection, table, column.name)
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


def _poison_column(connection: Connection, table: Table, name: str) -> None:
    connection.execute(update(table).values({name: literal(HOSTILE).concat(table.c.id)}))
    if name in LONG:
        first = table.c.id == select(func.min(table.c.id)).scalar_subquery()
        connection.execute(update(table).where(first).values({name: literal(HOSTILE + "x" * 1_000_000)}))
