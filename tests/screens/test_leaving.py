"""No key pressed out of habit loses what was typed."""

from __future__ import annotations

import threading

import pytest
from tests.screens.driving import Agent, agent_at
from textual import events

from partnertui.config import Folders, Settings
from partnertui.db.unit_of_work import UnitOfWork


def running(agent: Agent) -> bool:
    return agent.app.return_code is None


async def test_quitting_asks_if_text_would_be_lost(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("n")
        await agent.type("half a note")
        await agent.press("ctrl+q")
        assert running(agent)
        assert "Quit without saving?" in agent.screen
        await agent.press("escape")
        assert "half a note" in agent.screen
        await agent.press("escape", "y", "e", "ctrl+q")
        assert not running(agent)


async def test_a_reply_that_was_not_sent_is_kept(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (100, 30)) as agent:
        await agent.press("enter", "R")
        await agent.type("half a reply")
        await agent.press("ctrl+s")
        assert "Send and solve" in agent.screen
        await agent.press("escape")
        assert "half a reply" in agent.screen
        await agent.press("escape")
        assert agent.message == "Your text is kept as a draft; R continues it."


async def test_quitting_waits_for_a_save(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    saved, commit = threading.Event(), UnitOfWork.commit

    def slowly(unit: UnitOfWork) -> None:
        saved.wait(10)
        commit(unit)

    monkeypatch.setattr(UnitOfWork, "commit", slowly)
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("n")
        await agent.type("a note")
        agent.app.post_message(events.Key("ctrl+s", None))
        await agent.pilot.pause(0.3)
        agent.app.services.run_by_id("app.quit")
        await agent.pilot.pause(0.2)
        assert running(agent)
        assert "Quit while saving?" in agent.screen
        await agent.pilot.press("escape", "escape")
        saved.set()
        await agent.press()
        assert agent.message == "Note added."


async def test_quitting_asks_if_a_form_was_changed(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("e")
        await agent.type("x")
        await agent.press("ctrl+q")
        assert running(agent)
        await agent.press("y")
        assert not running(agent)


async def test_ctrl_c_says_how_to_quit(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("ctrl+c")
        assert running(agent)
        assert "Ctrl+Q quits" in agent.message


async def test_an_invalid_filter_stays_to_be_corrected(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("charge>abc")
        await agent.press("enter")
        assert "charge>abc" in agent.screen
        assert "Can't filter: in charge, “abc” isn't an amount" in agent.screen
        await agent.press("backspace", "backspace", "backspace")
        await agent.type("0.01")
        await agent.press("enter")
        assert min(agent.column("charge")) > 10_000
        await agent.press("slash")
        await agent.type("result:answered")
        await agent.press("enter")
        assert agent.view.state.query == "charge>0.01 result:answered"


async def test_headings_work_as_filter_names(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        for query in ("from:+44", "to:44*", "result:answered", "start:2026-03", "sip:200"):
            agent.view.bar.replace(query)
            await agent.press()
            assert (agent.view.bar.mistake, bool(agent.view.table.window.rows)) == ("", True), query


async def test_a_reply_that_is_not_sent_can_be_edited_again(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (100, 30)) as agent:
        await agent.press("enter", "R")
        await agent.type("precious words")
        await agent.press("ctrl+s")
        assert "Send the reply" in agent.screen
        await agent.press("escape")
        assert "precious words" in agent.screen


async def test_a_narrowed_list_is_widened_again(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("u")
        assert len(set(agent.column("customer_id"))) == 1
        await agent.press("C")
        assert len(set(agent.column("customer_id"))) > 1


async def test_the_country_list_opens_at_the_current_country(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("e")
        dialog = agent.app.screen
        row = next(row for row in dialog.rows if row.entry.name == "country")  # type: ignore[attr-defined]
        before = row.editor.value
        dialog.focus_row(row)  # type: ignore[attr-defined]
        await agent.press("enter", "enter")
        assert row.editor.value == before


async def test_a_question_is_answered_by_click_but_not_by_enter(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("e")
        await agent.type("x")
        await agent.press("ctrl+q", "enter")
        assert running(agent)
        assert "y quit   Esc stay" in agent.screen
        _, leave = agent.app.screen.query("Answer").results()
        await agent.pilot.click(leave)
        assert running(agent)
        assert "Quit without saving?" not in agent.screen
        await agent.press("ctrl+q")
        yes, _ = agent.app.screen.query("Answer").results()
        await agent.pilot.click(yes)
        assert not running(agent)
