"""Where calls are in months, an origin is unique with its start alone: imports wait for each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.db.maintenance.months_database import by_month, parts
from tests.servers import Cluster
from tests.sync import switch

from partnertui.db.cdr_partitions import lock_imports, make_months
from partnertui.db.database import Database
from partnertui.db.models import Cdr
from partnertui.db.models.base import now
from partnertui.db.sync import sync

pytestmark = pytest.mark.postgresql


@pytest.fixture
def filled(cluster: Cluster) -> Iterator[Database]:
    with by_month(cluster, "pt_sync_months") as database:
        switch.people(database)
        switch.create(database)
        yield database


def test_calls_get_into_their_months_once(filled: Database) -> None:
    switch.lab_calls(filled)
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 7
    assert parts(filled) == {"cdrs_default": 7}
    assert make_months(filled, now().date()) == 7
    switch.finished(filled, "more", "1002", switch.BEGIN, 5)
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 1
    assert parts(filled) == {f"cdrs_{switch.BEGIN:%Y_%m}": 8}


def test_two_at_the_same_time_take_every_call_once(filled: Database) -> None:
    for at in range(700):
        switch.finished(filled, f"call{at}", "02079460000", switch.BEGIN, 30, caller="1001")
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(sync, filled, kamailio=filled, timezone="UTC") for _ in range(2)]
        assert sum(run.result().imported for run in runs) == 1400
    assert len(switch.cdrs(filled)) == 1400


def test_a_call_that_two_tables_date_differently_is_taken_once(filled: Database) -> None:
    """acc has the time of its failure, acc_cdrs that of its start: neither index would keep the second one out."""
    origin, row = "kamailio:late#failed", {"category": "other", "direction": "inbound", "disposition": "busy"}
    switch.attempt(filled, "acc", "late", "1003", "486", switch.BEGIN + timedelta(seconds=9))
    written, may_end = threading.Event(), threading.Event()

    def other_import(connection: Connection) -> None:
        lock_imports(connection)
        connection.execute(insert(Cdr), {**row, "origin": origin, "started_at": switch.BEGIN})
        written.set()
        assert may_end.wait(30)

    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(filled.write, other_import)
        assert written.wait(30)
        ours = pool.submit(sync, filled, kamailio=filled, timezone="UTC")
        with pytest.raises(TimeoutError):
            ours.result(1)
        may_end.set()
        other.result()
        assert ours.result().imported == 0
    assert [key for key in switch.cdrs(filled) if key == origin] == [origin]
    count = "SELECT count(*) FROM cdrs"
    assert filled.read(lambda connection: connection.exec_driver_sql(count).scalar()) == 1
