"""The filter line while it is typed: values offered, mistakes only when they are some, its own help and clearing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Cdr
from partnertui.domain.call_enums import Disposition, LegCategory
from partnertui.kit.declare.view_location import Scope
from partnertui.kit.views.lists import filter_line

FAILED = {Disposition.FAILED, Disposition.REJECTED, Disposition.CONGESTION}


def below(agent: Agent) -> str:
    """The line below the input."""
    return "".join(text for text, _ in agent.view.bar._below(1))


def roles(agent: Agent) -> set[str]:
    return {role for _, role in agent.view.bar._below(1)}


async def test_values_are_offered_and_nothing_is_red_before_a_mistake(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("slash")
        for letter in "result":
            await agent.press(letter)
            assert "bad" not in roles(agent)
        await agent.press("colon")
        assert "answered" in below(agent)
        assert "no_answer" in below(agent)
        for letter in "rej":
            await agent.press(letter)
            assert roles(agent) == {"muted", "accent"}
        assert "rejected" in below(agent)
        await agent.press("enter")
        assert "Can't filter: in result, “rej” isn't one of the values" in below(agent)
        await agent.press("tab")
        assert "bad" not in roles(agent)
        await agent.press("enter")
        assert set(agent.column("disposition")) == {Disposition.REJECTED}


async def test_a_complete_wrong_term_is_told_after_a_pause(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_line, "MISTAKE_PAUSE_SECONDS", 0.4)
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("slash", *"result:xyz")
        assert "bad" not in roles(agent)
        await agent.pilot.pause(0.6)
        assert "“xyz” isn't one of the values" in agent.screen.replace("\n ", "")
        await agent.press("backspace")
        assert "bad" not in roles(agent)


async def test_f4_clears_and_f1_explains_while_it_is_typed(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        everything = agent.column("id")
        await agent.press("slash", *"result:xyz", "enter", "f1")
        assert "What you can type" in agent.screen
        assert "answered, no_answer, busy" in agent.screen
        assert "failed finds failed, rejected, congestion; not busy, no answer, cancelled" in agent.screen
        await agent.press("escape")
        assert agent.view.bar.text == "result:xyz"
        await agent.press("f4")
        assert agent.view.bar.text == ""
        assert agent.view.bar.has_class("editing")
        await agent.type("result:busy")
        await agent.press("enter", "f4")
        assert agent.column("id") == everything


@pytest.mark.parametrize("typed", ["result:failed", "status:failed", "failed"])
async def test_failed_finds_all_that_failed(typed: str, settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    statement = select(func.count()).where(Cdr.disposition.in_(FAILED), Cdr.category == LegCategory.DIALLED)
    expected = database.read(lambda connection: connection.execute(statement).scalar_one())
    database.close()
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        await agent.press("slash")
        await agent.type(typed)
        if typed != "failed":
            assert "failed finds failed, rejected, congestion; not busy" in agent.screen
        await agent.press("enter")
        assert set(agent.column("disposition")) <= FAILED
        assert agent.column("id")
        assert expected > len([row for row in agent.column("disposition") if row == Disposition.FAILED])


async def test_an_equals_sign_is_no_text_search(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("status=rejected")
        await agent.press("enter")
        assert set(agent.column("disposition")) == {Disposition.REJECTED}


async def test_withheld_callers_are_shown_and_found(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    with database.engine.connect() as plain:
        connection = plain.execution_options(write=True)
        with connection.begin():
            some = select(Cdr.id).where(Cdr.category == LegCategory.RECEIVED).order_by(Cdr.started_at.desc()).limit(2)
            first, second = connection.execute(some).scalars()
            connection.execute(update(Cdr).where(Cdr.id == first).values(source_number=None))
            connection.execute(update(Cdr).where(Cdr.id == second).values(source_number="anonymous"))
    database.close()
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("from:anonymous")
        await agent.press("enter")
        assert {first, second} <= set(agent.column("id"))
        assert set(agent.column("source_number")) <= {None, "anonymous"}
        assert "withheld" in agent.screen


async def test_numbers_are_read_as_in_the_scoped_customers_country(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("to:030 1234567")
        await agent.press("enter")
        assert "44301234567" in str(agent.view.state.criteria)
        agent.app.services.set_scope(Scope(1, "Berlin GmbH", "DE"))
        await agent.press()
        assert "49301234567" in str(agent.view.state.criteria)
        assert "44301234567" not in str(agent.view.state.criteria)
