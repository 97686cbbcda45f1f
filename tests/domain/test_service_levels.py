"""Business hours and SLA clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.business_calendar_rules import checked_calendar
from partnertui.domain.business_hours import ROUND_THE_CLOCK, WEEKDAYS, BusinessHours, read_hours
from partnertui.domain.errors import DomainError
from partnertui.domain.public_holidays import public_holidays
from partnertui.domain.service_levels import SlaClock, Terms, counted_days
from partnertui.domain.ticket_enums import TicketState

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = (((480, 1080),),) * 5 + ((),) * 2
"""Monday to Friday, 08:00 to 18:00."""
HOURS = BusinessHours(BERLIN, WEEK)
HOUR = timedelta(hours=1)


def berlin(*at: int) -> datetime:
    year, month, day, *rest = (*at, 0)
    return datetime(year, month, day, rest[0], tzinfo=BERLIN)


def test_four_business_hours_from_friday_evening() -> None:
    """A4b: due on Monday at 11:00, with the warning at 10:00 and not at midnight."""
    due = HOURS.add(berlin(2026, 11, 27, 17), 4 * HOUR)
    assert due == berlin(2026, 11, 30, 11)
    assert due is not None
    assert HOURS.subtract(due, HOUR) == berlin(2026, 11, 30, 10)
    assert HOURS.subtract(due, 4 * HOUR) == berlin(2026, 11, 27, 17)


def test_holidays_and_own_days_are_left_out() -> None:
    hours = BusinessHours(
        BERLIN, WEEK, {date(2026, 12, 24): ("Christmas Eve", ((480, 720),))}, public_holidays("DE", "BY")
    )
    due = hours.add(berlin(2026, 12, 23, 17), 6 * HOUR)
    assert due == berlin(2026, 12, 28, 9)  # one hour, four on Christmas Eve, and one on Monday after two days off
    days = counted_days(berlin(2026, 12, 23, 17), due, (), hours)
    assert [(day.day.day, day.counted // HOUR, day.reason) for day in days] == [
        (23, 1, ""),
        (24, 4, "Christmas Eve"),
        (25, 0, "Christmas Day"),
        (26, 0, "Second Day of Christmas"),
        (27, 0, "day off"),
        (28, 1, ""),
    ]


def test_days_have_their_real_length_when_clocks_change() -> None:
    sunday = BusinessHours(BERLIN, ((),) * 6 + (((0, 1440),),))
    assert sunday.between(berlin(2026, 3, 29), berlin(2026, 3, 30)) == 23 * HOUR
    assert sunday.between(berlin(2026, 10, 25), berlin(2026, 10, 26)) == 25 * HOUR


def test_a_calendar_that_never_opens_has_no_due_time() -> None:
    closed = BusinessHours(BERLIN, ((),) * 7)
    assert closed.add(berlin(2026, 1, 1), HOUR) is None
    assert closed.subtract(berlin(2026, 1, 1), HOUR) is None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


@given(moments, st.integers(1, 400))
def test_what_is_added_lies_between(start: datetime, minutes: int) -> None:
    amount = timedelta(minutes=minutes)
    due = HOURS.add(start, amount)
    assert due is not None
    assert HOURS.between(start, due) == amount
    back = HOURS.subtract(due, amount)
    assert back is not None
    assert HOURS.between(back, due) == amount


@given(moments, st.lists(st.integers(1, 3000), min_size=1, max_size=8))
def test_pauses_move_the_due_time_by_the_business_time_that_they_took(start: datetime, gaps: list[int]) -> None:
    clock = SlaClock(start).promise(Terms(4 * HOUR, 20 * HOUR, HOUR, HOURS))
    now, old, paused = start, TicketState.NEW, timedelta()
    for number, gap in enumerate(gaps):
        later = now + timedelta(minutes=gap)
        if old == TicketState.PENDING:
            paused += HOURS.between(now, later)
        new = TicketState.OPEN if number % 2 else TicketState.PENDING
        clock, now, old = clock.change_state(old, new, later, HOURS), later, new
    if old == TicketState.OPEN:
        assert clock.paused == paused
        assert clock.solution_due == HOURS.add(start, 20 * HOUR + paused)


def test_the_clock_stands_still_while_we_wait() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    clock = SlaClock(noon).promise(Terms(4 * HOUR, 40 * HOUR))
    paused = clock.change_state(TicketState.OPEN, TicketState.PENDING, noon + HOUR, ROUND_THE_CLOCK)
    assert paused.left(noon + 9 * HOUR, ROUND_THE_CLOCK) == 3 * HOUR
    going = paused.change_state(TicketState.PENDING, TicketState.OPEN, noon + 9 * HOUR, ROUND_THE_CLOCK)
    assert going.left(noon + 9 * HOUR, ROUND_THE_CLOCK) == 3 * HOUR
    assert going.paused == 8 * HOUR


@pytest.mark.parametrize(
    "text", ["8-12", "08:00-07:00", "08:00-25:00", "08:00-12:00, 11:00-13:00", "08:60-09:00", "08:00–12:00x"]
)
def test_hours_that_are_not_are_refused(text: str) -> None:
    with pytest.raises(DomainError):
        read_hours(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Europe/Nowhere"), ("time_zone", "../etc/passwd"), ("country", "XX"), ("subdivision", "ZZ")],
)
def test_a_calendar_names_the_field_that_is_wrong(field: str, value: str) -> None:
    good = dict.fromkeys(WEEKDAYS, "09:00-17:00")
    values = {"name": "Office", "time_zone": "Europe/Berlin", "country": "DE", "subdivision": "", **good}
    assert checked_calendar(values)["subdivision"] is None
    with pytest.raises(DomainError) as found:
        checked_calendar(values | {field: value})
    assert found.value.field == field
