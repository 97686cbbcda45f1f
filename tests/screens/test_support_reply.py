"""A reply docked below its thread: canned responses, variables, recipients, drafts, sending, taking back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, select, update
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.models import CannedResponse, OutboxMail, Ticket, TicketAttachment, TicketMessage, TicketWatch
from partnertui.db.models.base import Base, table_of

CANNED = (
    {"name": "Restart", "language": "en", "folder": "Phones", "body": "Dear {customer.contact}, please restart it."},
    {"name": "Restart", "language": "de", "folder": "Phones", "body": "Guten Tag, bitte neu starten."},
    {"name": "Verdict", "language": "en", "folder": "Calls", "body": "It ended because {call.verdict}."},
)


def canned(agent: Agent) -> None:
    """Canned responses of our own, and no others."""
    table = table_of(CannedResponse)

    def work(connection: Any) -> None:
        connection.execute(table.update().values(enabled=False))
        connection.execute(insert(CannedResponse), [{**row, "used": 0} for row in CANNED])

    agent.app.services.database.write(work)


def newest(agent: Agent, model: type[Base]) -> dict[str, Any]:
    """The newest row of a table."""
    table = table_of(model)
    statement = select(table).order_by(table.c.id.desc()).limit(1)
    database = agent.app.services.database
    found: dict[str, Any] = database.read(lambda connection: dict(connection.execute(statement).mappings().one()))
    return found


async def test_canned_answer_send_solve_next(settings: Settings, folders: Folders) -> None:
    """Four keys: Ctrl+R, a letter, Enter, Ctrl+N."""
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        canned(agent)
        await agent.press("enter")
        first = agent.view.row
        await agent.press("ctrl+r", "r", "enter")
        assert "Dear {customer.contact}, please restart it." in agent.screen
        await agent.press("ctrl+n")
        assert agent.message.startswith("Sent.")
        assert agent.view.row["id"] != first["id"]
        mail, message = newest(agent, OutboxMail), newest(agent, TicketMessage)
        assert mail["body"] == "Dear {customer.contact}, please restart it."
        assert mail["recipients"]["to"] == [first["requester_email"]]
        assert message["kind"] == "event"
        used = select(CannedResponse.used).where(CannedResponse.name == "Restart", CannedResponse.language == "en")
        assert agent.app.services.database.read(lambda connection: connection.execute(used).scalar_one()) == 1


async def test_several_are_stacked_and_nothing_typed_is_replaced(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        canned(agent)
        await agent.press("R")
        await agent.type("ab")
        await agent.press("left", "ctrl+r", "r", "enter")
        await agent.press("ctrl+r", "r", "enter")
        once = "Dear {customer.contact}, please restart it."
        assert agent.view.composer.text == f"a\n\n{once}\n\n{once}b"


async def test_the_tickets_language_is_preferred(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        canned(agent)
        row = agent.view.table.window.row
        spoken = update(table_of(Ticket)).where(table_of(Ticket).c.id == row["id"]).values(language="de")
        agent.app.services.database.write(lambda connection: connection.execute(spoken))
        await agent.press("r", "R", "ctrl+r", "r")
        assert "Guten Tag, bitte neu starten." in agent.screen
        assert "de en, not used yet" in agent.screen


async def test_a_missing_variable_stops_it_and_is_marked(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        canned(agent)
        before = newest(agent, TicketMessage)["id"]
        await agent.press("R", "ctrl+r", "v")
        assert "No value for {call.verdict}" in agent.screen
        await agent.press("enter", "ctrl+n")
        assert "No value for {call.verdict}." in agent.screen
        assert agent.view.composer.area.selected_text == "{call.verdict}"
        assert newest(agent, TicketMessage)["id"] == before


async def test_recipients_are_in_sight_edited_and_checked(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        await agent.press("R")
        address = agent.view.row["requester_email"]
        assert address in agent.screen
        await agent.type("Hello")
        await agent.press("tab", "tab")
        await agent.type("it@acme")
        await agent.press("ctrl+s", "p")
        assert "“it@acme” isn't an e-mail address." in agent.screen
        assert agent.view.composer.fields["cc"].has_focus
        await agent.type(".example.org")
        await agent.press("ctrl+s", "p")
        assert agent.message.startswith("Sent.")
        assert newest(agent, OutboxMail)["recipients"]["cc"] == ["it@acme.example.org"]
        assert "Cc: it@acme.example.org" in agent.screen


async def test_taken_back_within_ten_seconds(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("enter")
        ticket = agent.view.row
        await agent.press("R")
        await agent.type("Too early")
        await agent.press("ctrl+n")
        assert agent.view.row["id"] != ticket["id"]
        await agent.press("ctrl+z")
        await agent.press()
        assert agent.message == f"Recalled: nothing was sent for {ticket['number']}."
        assert agent.view.row["id"] == ticket["id"]
        assert agent.view.composer.text == "Too early"
        assert newest(agent, OutboxMail)["state"] == "cancelled"
        assert agent.view.row["state"] == ticket["state"]


async def test_a_promise_becomes_a_reminder_that_can_be_taken_off(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        await agent.press("R")
        await agent.type("We call you tomorrow.")
        await agent.press()
        assert "Reminder on" in agent.screen
        assert "“tomorrow”" in agent.screen
        await agent.press("f8", "tab", "space", "ctrl+s")
        assert "Reminder on" not in agent.screen
        await agent.press("f8", "tab", "space", "ctrl+s", "ctrl+s", "o")
        watch = newest(agent, TicketWatch)
        assert (watch["kind"], watch["text"]) == ("promise", "tomorrow")


async def test_sent_later(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("Later")
        await agent.press("f8")
        await agent.type("2099-12-03T09:00")
        await agent.press("ctrl+s")
        assert "Will be sent on Thu 03 Dec at 09:00" in agent.screen
        await agent.press("ctrl+s", "o")
        assert agent.message == "It will be sent on Thu 03 Dec at 09:00."
        assert f"{newest(agent, OutboxMail)['not_before'].astimezone():%Y-%m-%d %H:%M}" == "2099-12-03 09:00"
        assert "will be sent 2099-12-03 09:00" in agent.screen


async def test_a_file_is_attached(settings: Settings, folders: Folders, tmp_path: Any) -> None:
    (tmp_path / "log.txt").write_text("log")
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("See the file")
        await agent.press("ctrl+g", "f")
        await agent.type(str(tmp_path / "log.txt"))
        await agent.press("ctrl+s")
        assert "Attached: log.txt" in agent.screen
        await agent.press("ctrl+s", "o")
        assert newest(agent, TicketAttachment)["name"] == "log.txt"
        assert "+ log.txt  text/plain, 3 B" in agent.screen


async def test_esc_keeps_a_draft_and_the_thread_is_free(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("Half a sent")
        await agent.press("escape")
        assert not agent.view.composer.is_open
        await agent.press("R")
        assert agent.view.composer.text == "Half a sent"
        await agent.press("f4")
        assert agent.view.composer.text == ""
        await agent.press("f4")
        assert agent.view.composer.text == "Half a sent"


async def test_it_grows_up_to_half_of_the_height(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        await agent.press("R")
        low = agent.view.composer.size.height
        await agent.press(*(["enter"] * 30))
        high = agent.view.composer.size.height
        assert low < high <= 12
        assert agent.view.thread.size.height >= 8
        top = agent.view.thread.lines.top
        await agent.press("pageup")
        assert agent.view.thread.lines.top < top
        assert agent.view.composer.area.has_focus


async def test_the_editor_of_the_agent(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("R")
        await agent.type("Text")
        monkeypatch.setenv("VISUAL", "no-such-editor")
        await agent.press("ctrl+o")
        assert agent.view.composer.text == "Text"
        assert "can't be" in agent.screen


async def test_a_note_has_no_recipients(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        await agent.press("i")
        assert "Internal note: not visible to the customer" in agent.screen
        assert " To " not in agent.screen
        await agent.press("ctrl+n")
        assert agent.message == "A note isn't sent: Ctrl+S saves it."
