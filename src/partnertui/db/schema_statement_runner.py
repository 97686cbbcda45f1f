"""Runs statements that change the schema and have no parameters."""

from __future__ import annotations

from sqlalchemy import Connection

from partnertui.db.database import Database

LOCK_TIMEOUT = "10s"
"""How long a change of the schema waits for a lock: all who come later wait behind it."""


def run_statement(connection: Connection, statement: str) -> None:
    """Runs it as it is written."""
    connection.exec_driver_sql(statement.replace("%", "%%"))  # psycopg takes a single one for a parameter


def run_outside_transaction(database: Database, statement: str) -> None:
    """Runs one that can't be in a transaction or takes long; it waits LOCK_TIMEOUT for a lock at most."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT", write=True) as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        try:
            connection.exec_driver_sql(statement)
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
