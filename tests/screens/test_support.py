"""Support: read, answer, note and take a ticket; a reply that conflicts with a newer one is refused and kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select
from tests.db.makers import BOB
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import OperatorAccount, TicketMessage, TicketViewer
from partnertui.db.tickets.replies import reply
from partnertui.db.unit_of_work import UnitOfWork


async def test_answers_and_solves(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        row = agent.view.table.window.row
        await agent.press("enter", "R")
        await agent.type("Your phone is registered again.")
        await agent.press("ctrl+s", "s")
        assert agent.message == "Sent. Ctrl+Z recalls it within 10 seconds."
        assert "Your phone is registered again." in agent.screen
        await agent.press("escape")
        await agent.press("r")
        assert row["id"] not in agent.column("id")


async def test_note_is_internal(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("enter", "i")
        await agent.type("Customer sounds upset")
        await agent.press("ctrl+s")
        assert "internal note" in agent.screen
        assert "Customer sounds upset" in agent.screen


async def test_takes_several_at_once(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("space", "space", "K")
        if "Change them anyway?" in agent.screen:
            await agent.press("y")
        assert agent.message in {"2 assigned to you.", "Assigned to you."}
        await agent.press("escape", "tab")
        assert set(agent.column("agent_id")) == {agent.app.services.operator.id}


async def test_reply_over_a_newer_one_is_refused_and_kept(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    async with agent_at(settings, folders, "support") as agent:
        row = agent.view.table.window.row
        await agent.press("R")
        assert "Ctrl+S send" in agent.screen
        await agent.type("Mine")
        with UnitOfWork(database, BOB) as work:
            reply(work, row["id"], "Please restart it.", None, read_to=10**9)
            work.commit()
        await agent.press("ctrl+s", "p")
        assert "Mine" in agent.screen
        assert "Bob wrote in the meantime, “Please restart it.”" in agent.screen
        await agent.press("escape")
        assert agent.message == "Your text is kept as a draft; R continues it."
        await agent.press("R", "ctrl+s", "p")
        assert agent.message.startswith("Sent.")
    said = select(TicketMessage.author).where(TicketMessage.ticket_id == row["id"], TicketMessage.kind == "reply")
    authors = database.read(lambda connection: connection.execute(said.order_by(TicketMessage.id)).scalars().all())
    assert list(authors)[-2:] == ["Bob", "Ann Whitfield"]
    database.close()


async def test_colleagues_who_have_the_ticket_open_are_named(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("enter")
        assert "Also viewing" not in agent.screen
        ticket, own = agent.view.row["id"], agent.app.services.operator.id
        database = agent.app.services.database
        seen = [
            {
                "ticket_id": ticket,
                "operator_id": number,
                "typing": number == own + 1,
                "seen_at": datetime.now(UTC) - ago,
            }
            for number, ago in ((own, timedelta()), (own + 1, timedelta()), (own + 2, timedelta(minutes=1)))
        ]
        database.write(lambda connection: connection.execute(delete(TicketViewer)))
        database.write(lambda connection: connection.execute(insert(TicketViewer), seen))
        names = select(OperatorAccount.id, OperatorAccount.name)
        by_id = {row.id: row.name for row in database.read(lambda connection: connection.execute(names).all())}
        await agent.press("r")
        assert re.search(rf"Also viewing +{by_id[own + 1]} \(typing\)", agent.screen)
        assert by_id[own + 2] not in agent.screen.split("Also viewing")[1].splitlines()[0]
