"""What helps to solve a ticket: time line, earlier answers, the same test again, the carrier fault report."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, select, update
from tests.screens.driving import Agent, agent_at
from tests.screens.test_mtr import PORT, quick, shows
from tests.screens.test_sip_locations import register

from partnertui.config import Folders, Settings
from partnertui.db.models import Cdr, Ticket, TicketAttachment, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.domain.evidence import facts_of
from partnertui.kit.declare.view_location import Location
from partnertui.kit.widgets.text_dialogs import LinesDialog
from partnertui.screens.shared.carrier_complaint import ComplaintDialog
from partnertui.screens.support.similar_tickets import SimilarDialog


async def palette(agent: Agent, words: str) -> None:
    """Runs an action by its name."""
    await agent.press("ctrl+p")
    await agent.type(words)
    await agent.press("enter")


async def test_the_time_line_leads_to_records(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("/")
        await agent.type("result:congestion")
        await agent.press("enter")
        await palette(agent, "what changed")
        assert "Timeline of the 24 hours before" in agent.screen
        assert "It broke" in agent.screen
        assert max(len(line) for line in agent.screen.splitlines()) <= 80
        await agent.press("home")
        for _ in range(60):
            dialog = agent.app.screen
            assert isinstance(dialog, LinesDialog)
            if dialog.body.line.target is not None:
                break
            await agent.press("down")
        await agent.press("enter")
        assert agent.view.location.record is not None


async def test_a_complaint_is_shown_and_attached(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("/")
        await agent.type("result:congestion direction:outbound")
        await agent.press("enter")
        await palette(agent, "carrier fault report")
        assert isinstance(agent.app.screen, ComplaintDialog)
        assert "Subject: Calls to" in agent.screen
        await agent.press("A", "enter")
        assert "Attached the carrier fault report to T-" in agent.message


async def test_a_reply_of_then_is_inserted(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        database, ticket = agent.app.services.database, agent.view.table.window.row

        def work(connection: Connection) -> None:
            tickets, calls = table_of(Ticket), table_of(Cdr)
            ids = connection.execute(select(calls.c.id).order_by(calls.c.id).limit(2)).scalars().all()
            connection.execute(update(calls).where(calls.c.id.in_(ids)).values(sip_code=503))
            connection.execute(update(tickets).where(tickets.c.id == ticket["id"]).values(cdr_id=ids[0]))
            other = connection.execute(select(tickets.c.id).where(tickets.c.state == "closed").limit(1)).scalar_one()
            connection.execute(update(tickets).where(tickets.c.id == other).values(cdr_id=ids[1]))
            last = select(tickets.c.last_update_at).where(tickets.c.id == other).scalar_subquery()
            said = {"ticket_id": other, "kind": "reply", "author": "Ann", "body": "Route it elsewhere.", "at": last}
            connection.execute(insert(table_of(TicketMessage)).values(said))

        database.write(work)
        await agent.press("enter", "R")
        await agent.type("Hello")
        await palette(agent, "what helped")
        dialog = agent.app.screen
        assert isinstance(dialog, SimilarDialog)
        assert "503 Service Unavailable" in agent.screen
        for _ in range(20):
            if dialog.reply == "Route it elsewhere.":
                break
            await agent.press("down")
        await agent.press("enter")
        assert agent.view.composer.text == "Hello\n\nRoute it elsewhere."


async def with_test(agent: Agent, masking: str = "a") -> int:
    """Attaches an MTR test to a ticket, which is opened then; returns its ID."""
    await agent.press("M")
    await shows(agent, "2 rounds")
    await agent.press("A", masking, "enter")
    assert "Attached the MTR test to T-" in agent.message
    await agent.press("escape")
    newest = (
        select(TicketMessage.ticket_id)
        .join(TicketAttachment, TicketAttachment.message_id == TicketMessage.id)
        .order_by(TicketAttachment.id.desc())
    )
    ticket: int = agent.app.services.database.read(lambda c: c.execute(newest.limit(1)).scalar_one())
    agent.app.services.open(Location("support", ticket))
    await agent.press()
    return ticket


@pytest.mark.parametrize(("masking", "target"), [("a", "127.0.0.1"), ("m", "127.0.x.x")])
async def test_the_same_test_again(masking: str, target: str, settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await with_test(agent, masking)
        await agent.press("S")
        await agent.type("solved")
        await agent.press("enter")
        await shows(agent, "Prove it's solved?")
        await agent.press("y")
        await shows(agent, "MTR test: 127.0.0.1", "2 rounds")
        await agent.press("escape")
        await agent.press()
        assert "Attached as “after”" in agent.message
        stored = select(TicketAttachment.evidence, TicketAttachment.name).order_by(TicketAttachment.id.desc()).limit(1)
        row = agent.app.services.database.read(lambda c: c.execute(stored).one())
        facts = facts_of(row.evidence)
        assert facts["Proof"] == "after"
        assert facts["Target"] == target
        assert "Before" in facts
        assert row.name.startswith("after-")
        assert f"Before and after: MTR {target}" in agent.screen


async def test_a_reply_that_solves_offers_the_test_and_never_waits_for_it(settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations", (80, 24)) as agent:
        await with_test(agent)
        await agent.press("R")
        await agent.type("Please try again")
        assert "The MTR test of aaa1@lab.test hasn't been repeated yet: Ctrl+T repeats it." in agent.screen
        await agent.press("ctrl+s", "s")
        assert agent.message.startswith("Sent.")
        assert "The ticket's MTR test of aaa1@lab.test hasn't been repeated yet. Ctrl+T repeats it." in agent.message
        assert agent.view.row["state"] == "solved"


async def test_behind_the_last_ticket_the_hint_leads_back_from_the_list(settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations", (80, 24)) as agent:
        ticket = await with_test(agent)
        number = agent.view.row["number"]
        agent.app.services.open(Location("support", query=f"id:{ticket}"))
        await agent.press()
        await agent.press("enter", "R")
        await agent.type("Please try again")
        await agent.press("ctrl+n")
        assert agent.app.services.location().record is None
        assert f"hasn't been repeated yet. Open {number} again: Ctrl+T repeats it." in agent.message


async def test_the_test_is_repeated_while_a_reply_is_written(settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await with_test(agent)
        await agent.press("R")
        await agent.type("Please try again")
        await agent.press("ctrl+t")
        await shows(agent, "MTR test: 127.0.0.1", "2 rounds")
        await agent.press("escape")
        await agent.press()
        assert "Attached as “after”" in agent.message
        assert agent.view.composer.text == "Please try again"
        assert "hasn't been repeated yet" not in agent.screen
        await agent.press("ctrl+s", "s")
        assert "repeated yet" not in agent.message
