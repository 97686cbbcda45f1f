"""Every dialog: lists its keys, closes once, asks before text is lost, and follows the key map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.kit.form_app import FormApp, customer_form
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.form import Field, Form
from partnertui.kit.declare.key_map import KeyMap
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.form.edit_conflict import ConcurrentChangeDialog, Difference
from partnertui.kit.views.form.form_dialog import FormDialog
from partnertui.kit.widgets.calendar_dialog import CalendarDialog
from partnertui.kit.widgets.dialog import ActionDialog
from partnertui.kit.widgets.help_dialog import HelpDialog
from partnertui.kit.widgets.live_dialog import LiveDialog
from partnertui.kit.widgets.picker import Item, Picker, rank
from partnertui.kit.widgets.text_dialogs import LINES_ACTIONS, Confirm, CopyDialog, LinesDialog, TextDialog

Make = Callable[[FormApp], ActionDialog[Any]]


class Clock(LiveDialog):
    """A live dialog with the actions of lines to read."""

    ACTIONS = tuple(action for action in LINES_ACTIONS if action.verb in {"help", "close"})

    def lines(self, width: int) -> list[Line]:
        return [Line((("12:00", ""),), copy="12:00")]


def some_lines(width: int) -> list[Line]:
    return [Line(((f"line {n}", ""),), copy=f"line {n}") for n in range(50)]


def test_a_search_shows_every_heading_once() -> None:
    items = [Item(1, "save", group="Call"), Item(2, "go", "to save", group="Go"), Item(3, "resave", group="Call")]
    assert [item.value for item in rank(items, "save")] == [1, 3, 2]


ONE_LINE = Form("Rename", (Field("name", default="Acme"),), lambda values: values)
DIFFERENCE = Difference("name", "Name", "mine", "theirs", True, True)
DIALOGS: dict[str, Make] = {
    "lines": lambda app: LinesDialog(app.services, "Lines", some_lines),
    "text": lambda app: TextDialog(app.services, "Note"),
    "question": lambda app: Confirm(app.services, "Delete?", "It is deleted."),
    "copy": lambda app: CopyDialog(app.services, "Copy", "text"),
    "picker": lambda app: Picker(app.services, "Pick", [Item(1, "one"), Item(2, "two")]),
    "picker by key": lambda app: Picker(app.services, "Pick", [Item(1, "one", key="o")], by_key=True),
    "live": lambda app: Clock(app.services, "Clock"),
    "form": lambda app: FormDialog(app.services, customer_form(lambda values: values)),
    "form of one line": lambda app: FormDialog(app.services, ONE_LINE),
    "calendar": lambda app: CalendarDialog(app.services, "Due", date(2026, 1, 31), date(2026, 1, 2)),
    "concurrent change": lambda app: ConcurrentChangeDialog(app.services, "Changed", [DIFFERENCE]),
}
every_dialog = pytest.mark.parametrize("make", DIALOGS.values(), ids=DIALOGS)


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    return FormApp(tmp_path)


def shown(app: FormApp) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


def key(name: str) -> events.Key:
    return events.Key(name, name if len(name) == 1 else None)


async def open_dialog(app: FormApp, pilot: Pilot[None], make: Make) -> ActionDialog[Any]:
    """Shows a dialog; its answer ends up in `app.answers`."""
    dialog = make(app)
    app.push_screen(dialog, app.answers.append)
    await pilot.pause()
    return dialog


async def press_at_once(app: FormApp, pilot: Pilot[None], *names: str) -> None:
    """Keys that arrive in one read of the terminal: all are on their way before the first one has an effect."""
    target = app.focused or app.screen
    for name in names:
        target._forward_event(key(name)) if target is app.screen else target.post_message(key(name))
    await pilot.pause()
    await pilot.pause()


@every_dialog
async def test_f1_lists_the_keys(make: Make, app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = await open_dialog(app, pilot, make)
        if isinstance(dialog, Confirm):
            return  # it shows both of its keys
        await pilot.press("f1")
        await pilot.pause()
        assert app.screen is not dialog
        for action in dialog.actions():
            if action.group != "Move":
                assert action.title in shown(app)
        assert "Esc" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is dialog


@every_dialog
async def test_esc_closes_it_once(make: Make, app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await open_dialog(app, pilot, lambda app: LinesDialog(app.services, "Behind", some_lines))
        behind = app.screen
        await open_dialog(app, pilot, make)
        await press_at_once(app, pilot, "escape", "escape")
        assert app.screen is behind
        assert app.answers == [None]


@every_dialog
async def test_every_action_with_a_hint_is_on_the_lower_edge(make: Make, app: FormApp) -> None:
    async with app.run_test(size=(140, 40)) as pilot:
        dialog = await open_dialog(app, pilot, make)
        if isinstance(dialog, Picker):
            return  # everybody tries Enter and Esc
        for action in dialog.actions():
            assert action.hint in dialog.hints(), action.id


@every_dialog
async def test_a_remapped_key_works_and_is_shown(make: Make, app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        names = [action.id for action in make(app).actions() if action.verb == "close"]
        app.services.keymap = KeyMap({name: ("f12",) for name in names})
        dialog = await open_dialog(app, pilot, make)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is dialog, "the key it had does nothing any more"
        if not isinstance(dialog, Picker):
            assert "F12" in shown(app)
            assert "Esc" not in shown(app).replace("write something, or press Esc", "")
        await pilot.press("f12")
        await pilot.pause()
        assert app.screen is not dialog


async def test_two_answers_in_one_batch_are_one(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        behind = await open_dialog(app, pilot, DIALOGS["lines"])
        await open_dialog(app, pilot, DIALOGS["picker"])
        await press_at_once(app, pilot, "enter", "enter")
        assert app.screen is behind
        assert app.answers == [1]


async def test_a_dialog_answered_behind_another_one_closes_after_it(app: FormApp) -> None:
    """A save that ends while a question is in front closes the form, not the question."""
    async with app.run_test(size=(100, 30)) as pilot:
        form = await open_dialog(app, pilot, DIALOGS["form of one line"])
        question = await open_dialog(app, pilot, DIALOGS["question"])
        form.dismiss({"name": "Acme"})
        await pilot.pause()
        assert app.screen is question
        await pilot.press("escape")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert app.answers == [None, {"name": "Acme"}]


async def test_unsaved_text_is_asked_about(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = await open_dialog(app, pilot, DIALOGS["text"])
        await pilot.press("h", "i")
        assert dialog.unsaved()
        await press_at_once(app, pilot, "escape", "escape")
        assert isinstance(app.screen, Confirm), "one question, whatever is pressed twice"
        assert "You have unsaved text." in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is dialog
        assert dialog.query_one(TextArea).text == "hi"
        await pilot.press("escape", "y")
        await pilot.pause()
        assert len(app.screen_stack) == 1
        assert app.answers == [None]


async def test_text_that_was_not_changed_is_not_asked_about(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        await open_dialog(app, pilot, lambda app: TextDialog(app.services, "Note", "as it was", stored="as it was"))
        await pilot.press("escape")
        await pilot.pause()
        assert app.answers == [None]


async def test_an_empty_text_is_not_saved(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = await open_dialog(app, pilot, DIALOGS["text"])
        await pilot.press("space", "ctrl+s")
        assert app.screen is dialog
        assert "The text is empty" in shown(app)


async def test_a_question_takes_no_other_key(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = await open_dialog(app, pilot, DIALOGS["question"])
        await pilot.press("enter", "n", "q", "space", "x")
        assert app.screen is dialog
        await pilot.press("y")
        await pilot.pause()
        assert app.answers == [True]


async def test_a_list_begins_with_its_first_heading_and_shows_the_current_item(app: FormApp) -> None:
    items = [Item(n, f"item {n}", group=f"Group {n // 20}") for n in range(60)]
    async with app.run_test(size=(100, 30)) as pilot:
        await open_dialog(app, pilot, lambda app: Picker(app.services, "Pick", items))
        assert "Group 0" in shown(app)
        await open_dialog(app, pilot, lambda app: Picker(app.services, "Pick", items, at=59))
        lines = shown(app)
        assert "item 59" in lines
        assert "item 45" in lines, "the list is filled to its end"


async def test_a_list_shows_its_current_and_its_last_item_in_a_low_terminal(app: FormApp) -> None:
    items = [Item(n, f"item {n}.") for n in range(60)]
    async with app.run_test(size=(80, 24)) as pilot:
        await open_dialog(app, pilot, lambda app: Picker(app.services, "Pick", items, at=30))
        assert "item 30." in shown(app)
        await open_dialog(app, pilot, lambda app: Picker(app.services, "Pick", items, at=59))
        assert "item 59." in shown(app)
        await pilot.press("up", "down")
        assert "item 59." in shown(app)


async def test_help_runs_what_is_picked(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = await open_dialog(app, pilot, DIALOGS["lines"])
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpDialog)
        await pilot.press(*"close", "enter")
        await pilot.pause()
        assert app.screen is not dialog
        assert len(app.screen_stack) == 1


async def test_lines_move_by_all_keys_of_the_program(app: FormApp) -> None:
    async with app.run_test(size=(100, 30)) as pilot:
        dialog = await open_dialog(app, pilot, DIALOGS["lines"])
        assert isinstance(dialog, LinesDialog)
        found = []
        for name in ("j", "down", "k", "G", "home", "end", "up", "pageup"):
            await pilot.press(name)
            found.append(dialog.body.lines.cursor)
        assert found[:7] == [1, 2, 1, 49, 0, 49, 48]
        assert found[7] < 48


async def test_enter_answers_with_where_the_line_leads(app: FormApp) -> None:
    target = Location("customers", 3)
    async with app.run_test(size=(100, 30)) as pilot:
        await open_dialog(
            app, pilot, lambda app: LinesDialog(app.services, "Lines", lambda width: [Line((("x", ""),), target, "x")])
        )
        await pilot.press("enter")
        await pilot.pause()
        assert app.answers == [target]


def test_a_hint_gives_way_before_the_last_one(app: FormApp) -> None:
    dialog = Clock(app.services, "Clock")
    dialog.ACTIONS = tuple(
        replace(Action("x.a", "", lambda context: None), id=f"x.{n}", keys=("f2",), hint=f"hint {n}") for n in range(5)
    )
    assert dialog.hints() == "F2 hint 0   F2 hint 1   F2 hint 2   F2 hint 3   F2 hint 4"
    assert dialog.hints(30) == "F2 hint 0   F2 hint 4"
    assert dialog.hints(1) == "F2 hint 4"
