"""A date is typed, or chosen from a calendar; what the database refuses is said while one types."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from tests.kit.form_app import FormApp
from tests.kit.test_form import row, settle, shown

from partnertui.kit.clock import utc_now
from partnertui.kit.declare import kinds
from partnertui.kit.declare.form import Field, Form, Values
from partnertui.kit.widgets.calendar_dialog import CalendarDialog, months_later

DUE = Form(
    "Item",
    (Field("description"), Field("due_at", kinds.Time(seconds=False, ahead=True), title="Due")),
    lambda values: values,
    values={"due_at": datetime(2026, 1, 31, 12, tzinfo=UTC)},
)


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    return FormApp(tmp_path)


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (("enter",), "2026-01-31T12:00"),
        (("left", "up", "enter"), "2026-01-23T12:00"),
        (("pagedown", "enter"), "2026-02-28T12:00"),
        (("pageup", "home", "right", "enter"), "2025-12-02T12:00"),
        (("home", "end", "down", "enter"), "2026-02-07T12:00"),
    ],
)
async def test_a_day_is_chosen_by_keys(app: FormApp, keys: tuple[str, ...], chosen: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.open_form(DUE)
        await settle(app, pilot)
        await pilot.press("tab", "f8")
        assert "January 2026" in shown(app)
        await pilot.press(*keys)
        await settle(app, pilot)
        due: Any = row(dialog, "due_at").editor
        assert due.value == chosen
        assert dialog.current() is row(dialog, "due_at")


async def test_a_day_is_chosen_by_clicks(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.open_form(DUE)
        await settle(app, pilot)
        due: Any = row(dialog, "due_at")
        await pilot.click(due, offset=(due.editor.region.right - due.region.x + 3, 0))
        await settle(app, pilot)
        calendar = app.screen
        assert isinstance(calendar, CalendarDialog)
        await pilot.click(calendar.month, offset=(2 * 4 + 1, 4))  # the Wednesday of the third week
        await settle(app, pilot)
        assert due.editor.value == "2026-01-14T12:00"


async def test_esc_leaves_what_was_typed(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.open_form(DUE)
        await settle(app, pilot)
        await pilot.press("f8")
        assert not isinstance(app.screen, CalendarDialog), "the description is no date"
        await pilot.press("tab", *"monday", "f8", "escape")
        due: Any = row(dialog, "due_at").editor
        assert due.value == "monday"


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)), st.integers(-11, 11))
def test_months_end_where_they_end(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and later.day >= 28)


async def test_what_is_taken_is_said_while_one_types(app: FormApp) -> None:
    asked: list[str] = []

    def taken(connection: Connection, value: str, values: Values) -> str:
        asked.append(value)
        return "AB-1 is in use." if value == "AB-1" else ""

    form = Form("Item", (Field("code", look_up=taken), Field("name")), lambda values: values)
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_form(form)
        await settle(app, pilot)
        await pilot.press(*"AB-1")
        await pilot.pause(0.5)
        await settle(app, pilot)
        assert "AB-1 is in use." in shown(app)
        await pilot.press("2")
        assert "AB-1 is in use." not in shown(app)
        await pilot.pause(0.5)
        await settle(app, pilot)
        assert "in use" not in shown(app)
    assert asked == ["AB-1", "AB-12"]


async def test_what_is_typed_is_shown_as_it_is_understood(app: FormApp) -> None:
    form = Form(
        "Item",
        (
            Field("due_at", kinds.Time(seconds=False, ahead=True), title="Due"),
            Field("price", kinds.Money(), unit="EUR"),
        ),
        lambda values: values,
        values={"currency": "EUR"},
    )
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_form(form)
        await settle(app, pilot)
        await pilot.press(*"3d", "tab", *"1234,5")
        in_three_days = (utc_now() + timedelta(days=3)).astimezone()
        assert f"= {in_three_days:%Y-%m-%d}" in shown(app)
        assert "EUR = €1,234.50" in shown(app)


@pytest.mark.parametrize(("days", "text", "role"), [(-2, "overdue 2d", "bad"), (0, "today", "warn"), (5, "5d", "")])
def test_what_is_due_on_a_day_is_due_all_of_it(days: int, text: str, role: str) -> None:
    kind = kinds.Remaining(by_day=True, past="overdue", warn_below=86_400 * 3)
    midnight = utc_now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    for hour in (0, 12, 23):
        moment = midnight + timedelta(days=days, hours=hour)
        assert (kind.text(moment), kind.role(moment)) == (text, role)
