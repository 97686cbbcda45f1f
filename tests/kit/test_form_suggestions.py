"""What a field suggests follows the others until it is changed; details of a failure; proposals saved as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.kit.form_app import BOARD, FormApp, refuse
from tests.kit.test_form import settle, shown

from partnertui.domain.errors import DomainError
from partnertui.kit.views.form import Field, Form


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    return FormApp(tmp_path)


def lists_form(save: Any) -> Form:
    """A name whose first letter suggests the price list."""

    def suggest(values: Any) -> object:
        name = values["name"] or ""
        return {"calls": (1,)} if name.startswith("U") else {"calls": (2,)} if name.startswith("E") else {}

    fields = (Field("name"), Field("lists", board=BOARD, suggest=suggest))
    return Form("Prices", fields, save, preview=lambda values: f"takes {dict(values['lists'])}")


async def test_a_suggestion_follows_until_the_field_is_changed(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = app.open_form(lists_form(lambda values: values))
        await settle(app, pilot)
        await pilot.press("U")
        assert "takes {'calls': (1,)}" in shown(app)
        assert [row.entry.name for row in dialog.changed()] == ["name"]
        await pilot.press("backspace", "E")
        assert "takes {'calls': (2,)}" in shown(app)
        await pilot.press("tab", "right", "down", "delete", "shift+tab", "backspace", "U")
        assert "takes {}" in shown(app)
        await pilot.press("ctrl+s")
        await settle(app, pilot)
    assert app.answers == [{"name": "U", "lists": {}}]


async def test_details_of_a_failure_are_listed_and_the_form_stays(app: FormApp) -> None:
    error = DomainError("2 of 3 are taken", field="name", details=("first: Acme", "second: Other"))
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_form(lists_form(refuse(error)))
        await settle(app, pilot)
        await pilot.press("U", "ctrl+s")
        await settle(app, pilot)
        assert "first: Acme" in shown(app)
        assert "second: Other" in shown(app)
        await pilot.press("escape")
        await settle(app, pilot)
        assert "first: Acme" not in shown(app)
        assert "2 of 3 are taken." in shown(app)


@pytest.mark.parametrize("proposes", [True, False])
async def test_what_was_loaded_is_saved_unchanged_where_it_is_a_proposal(app: FormApp, proposes: bool) -> None:
    form = Form(
        "Proposal",
        (Field("name"), Field("city")),
        lambda values: values["name"],
        load=lambda connection: {"name": "Acme", "city": None},
        saves_unchanged=proposes,
    )
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_form(form)
        await settle(app, pilot)
        await pilot.press("ctrl+s")
        await settle(app, pilot)
        assert ("Nothing was changed" in shown(app)) is not proposes
    assert app.answers == (["Acme"] if proposes else [])
