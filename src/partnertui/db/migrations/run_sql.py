"""Runs the frozen SQL of a revision; statements end with a semicolon at the end of a line before an empty one."""

from __future__ import annotations

from importlib.resources import files

from alembic import op


def run(revision: str) -> None:
    """Runs `sql/<revision>.<dialect>.sql`."""
    dialect = op.get_bind().dialect.name
    text = files("partnertui.db.migrations").joinpath("sql", f"{revision}.{dialect}.sql").read_text("utf-8")
    if dialect == "postgresql":
        text = text.replace("%", "%%")  # psycopg reads a single one as a parameter
    for statement in text.split(";\n\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement.strip())
