"""Periods by local dates: they tile, whatever the first day and the time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.billing_enums import BillingPeriod
from partnertui.domain.billing_periods import begins_at, period_of, span_of, zone_of_customer
from partnertui.domain.errors import DomainError

RECURRING = st.sampled_from([BillingPeriod.MONTHLY, BillingPeriod.YEARLY])
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Beirut", "Australia/Lord_Howe", "UTC", "no zone"])


def test_b7a_from_the_31st_of_january() -> None:
    found = [period_of(date(2026, 1, 31), BillingPeriod.MONTHLY, number).words() for number in range(4)]
    assert found == [
        "31 Jan 2026 to 27 Feb 2026",
        "28 Feb 2026 to 30 Mar 2026",
        "31 Mar 2026 to 29 Apr 2026",
        "30 Apr 2026 to 30 May 2026",
    ]


def test_leap_days_come_back() -> None:
    found = [period_of(date(2024, 2, 29), BillingPeriod.YEARLY, number).first for number in (1, 4)]
    assert found == [date(2025, 2, 28), date(2028, 2, 29)]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), RECURRING, st.integers(0, 60), ZONES)
def test_no_day_twice_and_none_missing(first: date, recurrence: BillingPeriod, number: int, zone: str) -> None:
    period, following = (period_of(first, recurrence, number + more) for more in (0, 1))
    assert period.first <= period.last
    assert following.first == period.last + timedelta(days=1)
    clock = zone_of_customer(zone)
    assert span_of(period, clock)[1] == span_of(following, clock)[0]
    begin, end = span_of(period, clock)
    assert begin < end
    assert begin.astimezone(clock).date() == period.first
    assert (end - timedelta(microseconds=1)).astimezone(clock).date() == period.last


def test_daylight_saving() -> None:
    """A March in Berlin has one hour less."""
    zone = zone_of_customer("Europe/Berlin")
    begin, end = span_of(period_of(date(2026, 3, 1), BillingPeriod.MONTHLY, 0), zone)
    assert end - begin == timedelta(days=31) - timedelta(hours=1)
    assert begins_at(date(2026, 3, 29), zone) == datetime(2026, 3, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "recurrence"), [(date(2026, 1, 1), BillingPeriod.ONCE), (date(9999, 12, 31), BillingPeriod.MONTHLY)]
)
def test_what_has_no_period(first: date, recurrence: BillingPeriod) -> None:
    with pytest.raises(DomainError):
        period_of(first, recurrence, 1)
