"""A form keeps all that was typed, puts every error at its field, and never loses somebody's edit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.kit.form_app import ACME, BOARD, LISTS, TAKEN, FormApp, Status, customer_form, refuse
from textual.pilot import Pilot

from partnertui.db.errors import ConcurrentChange, DatabaseUnavailable
from partnertui.domain.errors import DomainError
from partnertui.kit.declare import kinds
from partnertui.kit.declare.drag_and_drop import Board
from partnertui.kit.views.form import Field, Form, Option, ask_form
from partnertui.kit.views.form.choice_editors import ChoiceEditor, FlagEditor
from partnertui.kit.views.form.edit_conflict import ConcurrentChangeDialog
from partnertui.kit.views.form.field_row import FieldRow
from partnertui.kit.views.form.form_dialog import FormDialog
from partnertui.kit.views.form.text_editors import LineEditor

E = TypeVar("E")
SIZES = [(80, 24), (140, 40)]


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    return FormApp(tmp_path)


async def settle(app: FormApp, pilot: Pilot[None]) -> None:
    """Waits for jobs and their paint."""
    for _ in range(60):
        await pilot.pause(0.02)
        if not app.services.jobs.working:
            break
    await pilot.pause(0.02)


def shown(app: FormApp) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def row(dialog: FormDialog, name: str) -> FieldRow:
    return next(row for row in dialog.rows if row.entry.name == name)


def editor(dialog: FormDialog, name: str, kind: type[E]) -> E:
    """The editor of a field, which is of that kind."""
    found = row(dialog, name).editor
    assert isinstance(found, kind)
    return found


async def open_acme(
    app: FormApp, pilot: Pilot[None], save: Callable[[dict[str, Any]], Any], load: Callable[[Any], Any] | None = None
) -> FormDialog:
    dialog = app.open_form(customer_form(save, load or (lambda connection: dict(ACME))))
    await settle(app, pilot)
    return dialog


@pytest.mark.parametrize("size", SIZES)
async def test_edits_and_saves_in_a_job(app: FormApp, size: tuple[int, int]) -> None:
    saved: list[dict[str, Any]] = []
    threads: list[str] = []

    def save(values: dict[str, Any]) -> int:
        threads.append(threading.current_thread().name)
        saved.append(values)
        return 42

    async with app.run_test(size=size) as pilot:
        await open_acme(app, pilot, save)
        assert "Customer 42: Acme Ltd" in shown(app)
        assert app.focused is not None
        await pilot.press("tab", "end", "s", "ctrl+s")
        await settle(app, pilot)
    assert threads == ["job"]
    assert app.shelf.threads == ["job"]
    assert app.answers == [42]
    assert saved[0]["contact"] == "Ann Lees"
    assert saved[0] | {"contact": "Ann Lee"} == ACME | {
        "notes": None,
        "street": None,
        "vat": None,
        "trial_days": None,
        "password": None,
    }
    assert app.said == [("Customer 42 is saved.", "good")]


@pytest.mark.parametrize("size", SIZES)
async def test_every_bad_field_is_marked_and_the_first_one_has_the_cursor(app: FormApp, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        dialog = await open_acme(app, pilot, refuse(AssertionError("not to be called")))
        editor(dialog, "company", LineEditor).value = ""
        editor(dialog, "phone", LineEditor).value = "hello"
        editor(dialog, "credit_limit", LineEditor).value = "12,x"
        dialog.open_tab("VAT")
        await pilot.press("ctrl+s")
        await settle(app, pilot)
        assert dialog.tab == "Company"
        assert app.focused is row(dialog, "company").editor
        text = shown(app)
        assert "Required" in text
        assert "3 fields need correcting." in text
        assert "Credit !" in text or "Credit… !" in text
        assert editor(dialog, "phone", LineEditor).value == "hello"
        await pilot.press("A")
        assert row(dialog, "company").error == ""
        assert row(dialog, "phone").error


async def test_a_long_preview_and_a_long_tab_are_cut_visibly(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, lambda values: values)
        dialog.status.preview = "Writes 1 row to " + "folder/" * 40
        dialog.status.refresh()
        await pilot.pause(0.02)
        lines = [line.strip(" │") for line in shown(app).splitlines()]
        first = next(number for number, line in enumerate(lines) if "Writes 1 row" in line)
        assert "folder/" in lines[first + 1]
        assert lines[first + 1].endswith("…")


async def test_a_refusal_of_the_domain_lands_on_its_field(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(TAKEN))
        await pilot.press("X", "f6", "f6", "ctrl+s")
        await settle(app, pilot)
        assert dialog.tab == "Company"
        assert app.focused is row(dialog, "email").editor
        assert "This e-mail belongs to customer 17. Use another" in shown(app)
        assert editor(dialog, "company", LineEditor).value == "Acme LtdX"
        assert app.answers == []


async def test_a_failed_save_loses_nothing_and_can_be_tried_again(app: FormApp) -> None:
    outcomes: list[Any] = [DatabaseUnavailable("The database does not answer", "Wait."), DomainError("No."), 5]

    def save(values: dict[str, Any]) -> Any:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async with app.run_test(size=(80, 24)) as pilot:
        await open_acme(app, pilot, save)
        await pilot.press("X", "ctrl+s")
        await settle(app, pilot)
        assert "The database does not answer. Wait. Nothing is lost" in shown(app)
        await pilot.press("Y", "ctrl+s")
        await settle(app, pilot)
        assert "No. Nothing is lost." in shown(app)
        assert "try again" not in shown(app)  # a refusal is the same the next time
        assert "Acme LtdXY" in shown(app)
        await pilot.press("ctrl+s")
        await settle(app, pilot)
    assert app.answers == [5]


async def test_esc_asks_before_it_throws_away(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(AssertionError()))
        await pilot.press("X", "escape")
        assert "Unsaved changes: Company." in shown(app)
        await pilot.press("escape")
        assert app.screen is dialog
        assert editor(dialog, "company", LineEditor).value == "Acme LtdX"
        await pilot.press("backspace", "escape")
        await pilot.pause()
        assert app.screen is not dialog
        await open_acme(app, pilot, refuse(AssertionError()))
        await pilot.press("X", "escape", "y")
        await pilot.pause()
        assert len(app.screen_stack) == 1
    assert app.answers == [None, None]


async def test_tab_leads_through_all_fields_of_all_tabs(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(AssertionError()))
        names = []
        for _ in range(14):
            current = dialog.current()
            assert current is not None
            names.append(current.entry.name)
            await pilot.press("tab")
        assert names == [
            "company",
            "contact",
            "email",
            "phone",
            "partner_id",
            "notes",
            "street",
            "country",
            "vat",
            "lists",
            "status",
            "unlimited",
            "credit_limit",
            "password",
        ]
        assert dialog.current() is row(dialog, "company")
        await pilot.press("shift+tab")
        assert dialog.current() is row(dialog, "password")


async def test_fields_follow_each_other(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(AssertionError()))
        dialog.open_tab("Status and plan")
        assert not row(dialog, "trial_days").display
        row(dialog, "status").editor.focus()
        await pilot.press("t")
        assert editor(dialog, "status", ChoiceEditor).value == Status.TRIAL
        assert row(dialog, "trial_days").display
        dialog.open_tab("Billing address")
        row(dialog, "country").editor.focus()
        await pilot.press("g", "e", "r", "m")
        assert editor(dialog, "country", ChoiceEditor).shown() == "Germany"
        assert row(dialog, "vat").needed
        await pilot.press("ctrl+s")
        assert dialog.tab == "VAT"
        editor(dialog, "vat", LineEditor).value = "GB123"
        await pilot.press("ctrl+s")
        assert "not of that country" in shown(app)


async def test_choosers_by_keyboard_and_mouse(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(AssertionError()))
        dialog.open_tab("Status and plan")
        status = editor(dialog, "status", ChoiceEditor)
        status.focus()
        await pilot.press("right", "right", "right", "right", "left")
        assert status.value == Status.SUSPENDED
        await pilot.press("enter", "b", "l", "o", "enter")
        await pilot.pause()
        assert status.value == Status.BLOCKED
        await pilot.click(row(dialog, "unlimited").editor, offset=(2, 0))
        assert editor(dialog, "unlimited", FlagEditor).value is True
        await pilot.press("n")
        assert editor(dialog, "unlimited", FlagEditor).value is False
        dialog.open_tab("Company")
        row(dialog, "partner_id").editor.focus()
        await pilot.pause()
        assert "South" in shown(app)
        await pilot.press("enter")
        assert "North" in shown(app)
        await pilot.click(dialog.bar, offset=(14, 0))
        assert dialog.tab == "Billing address"


async def test_price_lists_are_carried_inside_the_form(app: FormApp) -> None:
    saved: list[dict[str, Any]] = []
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, saved.append)
        dialog.open_tab("Price lists")
        row(dialog, "lists").editor.focus()
        await pilot.press("down", "down", "space", "enter", "ctrl+s")
        await settle(app, pilot)
    assert saved[0]["lists"] == {"calls": (1,), "ddis": (3,)}


async def test_a_board_follows_another_field_and_an_unchanged_value_stays_as_it_was(app: FormApp) -> None:
    moment = datetime(2026, 11, 20, 9, 30, 12, 345, tzinfo=UTC)

    def board(values: Any) -> Board:
        return Board(LISTS[:1] if values["currency"] == "GBP" else LISTS, BOARD.slots)

    form = Form(
        "Prices",
        (Field("currency"), Field("lists", board=board), Field("ends", kinds.Time(seconds=False))),
        lambda values: values,
        values={"currency": "GB", "lists": {"calls": (1,), "ddis": (3,)}, "ends": moment},
    )
    async with app.run_test(size=(60, 15)) as pilot:
        app.open_form(form)
        await settle(app, pilot)
        assert "Standard DDIs" in shown(app)
        await pilot.press("P")
        assert "Standard DDIs" not in shown(app)
        await pilot.press("ctrl+s")
        await settle(app, pilot)
    assert app.answers == [{"currency": "GBP", "lists": {"calls": (1,)}, "ends": moment}]


async def test_a_stale_save_shows_both_versions_and_takes_them_field_by_field(app: FormApp) -> None:
    now = {**ACME}
    saved: list[dict[str, Any]] = []

    def save(values: dict[str, Any]) -> Any:
        if values["version"] != now["version"]:
            raise ConcurrentChange("changed", changed_by="Bob Ray", changed_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
        saved.append(values)
        return True

    async with app.run_test(size=(80, 24)) as pilot:
        await open_acme(app, pilot, save, lambda connection: dict(now))
        now.update(contact="Bob", street="High St", email="new@acme.example", version=5)
        await pilot.press("X", "tab", "Y", "tab", "Z", "ctrl+s")
        await settle(app, pilot)
        assert isinstance(app.screen, ConcurrentChangeDialog)
        text = shown(app)
        assert "Bob Ray saved this record at" in text
        assert "! Contact" in text
        assert "Ann LeeY" in text
        assert "High St" in text
        await pilot.press("down", "down", "right", "ctrl+s")
        await settle(app, pilot)
    assert len(saved) == 1
    assert saved[0]["company"] == "Acme LtdX"
    assert saved[0]["contact"] == "Ann LeeY"
    assert saved[0]["email"] == "new@acme.example"
    assert saved[0]["street"] == "High St"
    assert saved[0]["version"] == 5


async def test_esc_in_both_versions_goes_back_to_what_was_typed(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(ConcurrentChange("changed")))
        await pilot.press("X", "ctrl+s")
        await settle(app, pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is dialog
        assert editor(dialog, "company", LineEditor).value == "Acme LtdX"
        assert "Not saved: this record has been changed in the meantime" in shown(app)


async def test_a_secret_is_never_shown_or_copied(app: FormApp, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await open_acme(app, pilot, refuse(AssertionError()))
        dialog.open_tab("Credit")
        row(dialog, "password").editor.focus()
        await pilot.press(*"hunter2", "shift+home", "ctrl+c", "ctrl+x")
        assert editor(dialog, "password", LineEditor).value == "hunter2"
        assert "hunter2" not in shown(app)
    assert copied == []


async def test_choices_from_the_database_and_hostile_labels(app: FormApp) -> None:
    form = Form(
        "Add \x1b[2Jphone [@click=app.exit]click[/] [/x]",
        (
            Field("model", load_choices=lambda connection: [Option(1, "Snom\x1b]0;x\x07"), Option(2, "Yealink")]),
            Field("note", rows=3, default="\x1b]0;x\x07\nb"),
            Field("name", default="a\x1b[1;1Hb"),
            Field("count", kinds.Integer(minimum=1), default=3, help="How [b]many\x9b"),
        ),
        lambda values: values,
        preview=lambda values: f"Adds {values['count']} phones.",
    )
    async with app.run_test(size=(80, 24)) as pilot:
        ask_form(app.services, form, app.answers.append)
        await settle(app, pilot)
        await pilot.press("y", "tab", "tab", "tab", "backspace", "4")
        await pilot.click(None, offset=(40, 0))
        assert "Adds 4 phones." in shown(app)
        assert "How [b]many·" in shown(app)
        assert "Add ·[2Jphone [@click=app.exit]click[/] [/x]" in shown(app)
        assert not set(shown(app)) & {"\x1b", "\x9b", "\x07"}
        await pilot.press("ctrl+s")
        await settle(app, pilot)
    assert app.answers == [{"model": 2, "note": "\x1b]0;x\x07\nb", "name": "a\x1b[1;1Hb", "count": 4}]
