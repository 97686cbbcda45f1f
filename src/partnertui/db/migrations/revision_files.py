"""Runs the SQL file of a revision, whose statements end with a semicolon and an empty line."""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run(revision: str) -> None:
    """Runs `sql/<revision>.<dialect>.sql`."""
    dialect = op.get_bind().dialect.name
    text = files("partnertui.db.migrations").joinpath("sql", f"{revision}.{dialect}.sql").read_text("utf-8")
    if dialect == "postgresql":
        text = text.replace("%", "%%")  # psycopg takes a single one for a parameter
    for statement in text.split(";\n\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement.strip())
