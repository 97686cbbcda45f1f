"""A database whose calls are in months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.conftest import run_as_owner
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.maintenance.partition_calls import partition_calls


@contextmanager
def by_month(cluster: Cluster, name: str) -> Iterator[Database]:
    """A new one, partitioned while it is empty."""
    run_as_owner(cluster, f"CREATE DATABASE {name} TEMPLATE template_pt STRATEGY file_copy")
    database = open_database(cluster.url(name))
    try:
        list(partition_calls(database))
        yield database
    finally:
        database.close()
        run_as_owner(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def parts(database: Database) -> dict[str, int]:
    """How many calls are in each partition that has some."""
    query = "SELECT tableoid::regclass::text, count(*) FROM cdrs GROUP BY 1 ORDER BY 1"
    return {name: count for name, count in database.read(lambda connection: connection.exec_driver_sql(query).all())}
