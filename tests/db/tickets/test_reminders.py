"""Reminders of what was promised come in the morning of the site, whatever the clock of the host says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from tests.db.tickets.makers import CUSTOMER, TICKET, one_ticket

from partnertui.db.database import Database
from partnertui.db.models import BusinessCalendar, SlaTarget
from partnertui.db.tickets.reminders import site_hours, site_today
from partnertui.domain.promised_dates import reminder_time
from partnertui.domain.ticket_enums import Priority

WEEK = {day: "08:00-18:00" for day in ("monday", "tuesday", "wednesday", "thursday")} | {"friday": "10:30-15:00"}
AUCKLAND = {"id": 1, "name": "Site", "time_zone": "Pacific/Auckland", **WEEK}
BERLIN = {"id": 2, "name": "Berlin", "time_zone": "Europe/Berlin", **WEEK}
TARGET = {"priority": Priority.HIGH, "first_answer_minutes": 60, "solution_minutes": 480, "calendar_id": 2}


@pytest.fixture
def desk(database: Database) -> Database:
    one_ticket(database, priority=Priority.NORMAL)

    def work(connection: Any) -> None:
        connection.execute(insert(BusinessCalendar), [AUCKLAND, BERLIN])
        connection.execute(insert(SlaTarget), [TARGET])

    database.write(work)
    return database


def due(database: Database, day: date, priority: Priority) -> datetime:
    hours = database.read(lambda connection: site_hours(connection, priority, CUSTOMER))
    return reminder_time(day, hours).astimezone(UTC)


def test_at_nine_of_the_site_before_and_after_the_clocks_change(desk: Database) -> None:
    assert due(desk, date(2026, 3, 26), Priority.HIGH) == datetime(2026, 3, 26, 8, tzinfo=UTC)
    assert due(desk, date(2026, 3, 30), Priority.HIGH) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert due(desk, date(2026, 10, 22), Priority.HIGH) == datetime(2026, 10, 22, 7, tzinfo=UTC)
    assert due(desk, date(2026, 10, 26), Priority.HIGH) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_at_the_opening_where_that_is_later_and_at_nine_on_a_day_off(desk: Database) -> None:
    assert due(desk, date(2026, 3, 27), Priority.HIGH) == datetime(2026, 3, 27, 9, 30, tzinfo=UTC)
    assert due(desk, date(2026, 3, 28), Priority.HIGH) == datetime(2026, 3, 28, 8, tzinfo=UTC)


def test_without_hours_of_its_own_the_first_calendar_counts(desk: Database) -> None:
    assert due(desk, date(2026, 1, 8), Priority.LOW) == datetime(2026, 1, 7, 20, tzinfo=UTC)


def test_tomorrow_is_counted_from_the_day_of_the_site(desk: Database) -> None:
    evening = datetime(2026, 1, 7, 20, tzinfo=UTC)
    assert desk.read(lambda connection: site_today(connection, TICKET, evening)) == date(2026, 1, 8)


def test_without_a_calendar_the_clock_of_the_host_counts(database: Database) -> None:
    one_ticket(database)
    assert database.read(lambda connection: site_hours(connection, Priority.HIGH, CUSTOMER)) is None
    assert reminder_time(date(2026, 1, 8), None).hour == 9
