"""Inserts received SIP messages in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert
from sqlalchemy.exc import DBAPIError

from partnertui.db.database import Database
from partnertui.db.models import HepMessage

WRITE_SECONDS = 30.0


class HepRow(NamedTuple):
    """A row of `hep_messages`, in the order of its columns."""

    time_us: int
    id: int
    call_id: str
    method: str
    status: int
    from_user: str
    to_user: str
    transport: str
    source: str
    source_port: int
    destination: str
    destination_port: int
    correlation_id: str
    message: bytes


def write_rows(database: Database, rows: Sequence[HepRow]) -> None:
    """Writes all rows in one transaction; raises DatabaseError."""
    if rows:
        database.write(lambda connection: _write(connection, rows), deadline=WRITE_SECONDS)


def _write(connection: Connection, rows: Sequence[HepRow]) -> None:
    if connection.dialect.name != "postgresql":
        connection.execute(insert(HepMessage), [row._asdict() for row in rows])
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    # as one array a column: COPY isn't allowed under row security
    types = ["int8", "int8", "text", "text", "int8", *["text"] * 4, "int8", "text", "int8", "text", "bytea"]
    arrays = ", ".join(f"%b::{type_}[]" for type_ in types)
    columns = ", ".join(HepRow._fields)
    statement = f"INSERT INTO hep_messages ({columns}) SELECT * FROM unnest({arrays})"
    base_error: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor() as cursor:
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
    except base_error as error:  # the driver's own: binary arrays pass by SQLAlchemy
        raise DBAPIError.instance(statement, None, error, base_error) from error
