"""Kamailio's tables are recognised by their versions, and its moments read as it writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from partnertui.db.database import Database
from partnertui.db.kamailio.table_versions import KamailioUnavailable, check_versions, require
from partnertui.db.kamailio.tables import create_tables, tables
from partnertui.db.kamailio.timestamps import from_julian, from_local, to_julian, to_local


def test_versions(database: Database) -> None:
    with pytest.raises(KamailioUnavailable, match="no Kamailio tables"):
        database.read(check_versions)
    made = database.write(create_tables)
    assert all(table.is_supported for table in database.read(check_versions))
    other = update(made.version).where(made.version.c.table_name == "location").values(table_version=8)
    database.write(lambda connection: connection.execute(other))
    assert str(database.read(check_versions)[0]) == "location has version 8; this program reads version 9"
    database.read(lambda connection: require(connection, "acc", "dialog"))
    with pytest.raises(KamailioUnavailable, match="location has version 8"):
        database.read(lambda connection: require(connection, "location"))
    database.write(lambda connection: connection.execute(made.version.delete()))
    assert "location is missing" in str(database.read(check_versions)[0])


def test_as_kamailio_wrote_it() -> None:
    """A row of acc of the lab, and the second that tcpdump has for it."""
    assert from_julian(2461367.56564236) == datetime(2026, 11, 23, 1, 34, 32, tzinfo=UTC)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_moments_come_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert from_julian(to_julian(moment)) == moment


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
@given(hours=st.integers(0, 24 * 365 * 30))
def test_local_times_come_back_but_for_the_hour_that_comes_twice(zone: str, hours: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    back = from_local(to_local(moment, zone), zone)
    assert moment - back in {timedelta(0), timedelta(hours=1)}


def test_on_both_databases(database: Database) -> None:
    zone = "Asia/Tokyo"
    database.write(create_tables)
    cdrs = tables(None, zone).acc_cdrs
    start = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    row = {"start_time": start, "end_time": start + timedelta(seconds=5), "duration": 5}
    database.write(lambda connection: connection.execute(cdrs.insert(), row))
    assert database.read(lambda connection: connection.scalar(select(cdrs.c.start_time))) == start
    written = database.read(lambda connection: connection.scalar(text("SELECT start_time FROM acc_cdrs")))
    if database.dialect == "postgresql":
        assert written == datetime(2026, 3, 2, 8, 30)
    else:
        assert round(86400 * (written - 2440587.5) + 0.5) == start.timestamp()
