"""A later call of the number proves the solution: attached by a key, offered when the ticket is solved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select
from tests.db.makers import ANN
from tests.screens.driving import Agent, agent_at
from tests.screens.test_mtr import shows

from partnertui.config import Folders, Settings
from partnertui.db.models import Cdr, Ticket, TicketAttachment, TicketLink, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.db.tickets.links import add_link
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.evidence import facts_of
from partnertui.kit.declare.view_location import Location

CALLS = table_of(Cdr)


async def failed_call(agent: Agent) -> int:
    """Puts the cursor on a call that failed, and deletes what came later; returns its ID."""
    await agent.press("/")
    await agent.type("result:congestion direction:outbound")
    await agent.press("enter")
    call: int = agent.view.table.window.row["id"]
    since = select(CALLS.c.started_at).where(CALLS.c.id == call).scalar_subquery()
    agent.app.services.database.write(lambda c: c.execute(delete(CALLS).where(CALLS.c.started_at > since)))
    return call


async def attach(agent: Agent) -> int:
    """Attaches the call to a ticket, as an agent does."""
    await agent.press("A", "a", "enter")
    assert "Attached the call to T-" in agent.message
    newest = (
        select(TicketMessage.ticket_id)
        .join(TicketAttachment, TicketAttachment.message_id == TicketMessage.id)
        .order_by(TicketAttachment.id.desc())
    )
    ticket: int = agent.app.services.database.read(lambda c: c.execute(newest.limit(1)).scalar_one())
    return ticket


async def link(agent: Agent) -> int:
    """Links a ticket of the call's customer to it."""
    database, call = agent.app.services.database, agent.view.table.window.row
    attached = select(TicketMessage.ticket_id).join(TicketAttachment, TicketAttachment.message_id == TicketMessage.id)
    own = select(Ticket.id).where(Ticket.state != "closed", Ticket.merged_into_id.is_(None), Ticket.id.not_in(attached))
    ticket: int = database.read(lambda c: c.execute(own.order_by(Ticket.id).limit(1)).scalar_one())
    with UnitOfWork(database, ANN) as work:
        work.session.execute(delete(TicketLink).where(TicketLink.ticket_id == ticket))
        row = work.get(Ticket, ticket)
        row.cdr_id = None
        work.session.flush()
        add_link(work, ticket, "cdrs", call["id"], str(call["id"]), version=row.version)
        work.commit()
    return ticket


async def open_ticket(agent: Agent, ticket: int) -> None:
    """Shows a ticket."""
    agent.app.services.open(Location("support", ticket))
    await agent.press()


def call_again(agent: Agent, call: int, disposition: str, code: int) -> None:
    """The same number is called a day later."""

    def work(connection: Connection) -> None:
        row = dict(connection.execute(select(CALLS).where(CALLS.c.id == call)).mappings().one())
        row = {name: value for name, value in row.items() if name not in {"id", "slot", "origin"}}
        later = {"started_at": row["started_at"] + timedelta(days=1), "disposition": disposition, "sip_code": code}
        connection.execute(insert(CALLS), row | later)

    agent.app.services.database.write(work)


@pytest.mark.parametrize("is_linked", [False, True])
async def test_a_later_call_is_the_proof(settings: Settings, folders: Folders, is_linked: bool) -> None:
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        call = await failed_call(agent)
        await open_ticket(agent, await (link if is_linked else attach)(agent))
        await agent.press("ctrl+t")
        assert "There has been no call to or from +" in agent.message
        call_again(agent, call, "answered", 200)
        await agent.press("ctrl+t")
        await agent.press()
        assert "Attached as “after”, with the differences: the call of 20" in agent.message
        assert ": answered, 200 OK." in agent.message
        stored = select(TicketAttachment.evidence, TicketAttachment.name).order_by(TicketAttachment.id.desc()).limit(1)
        row = agent.app.services.database.read(lambda c: c.execute(stored).one())
        facts = facts_of(row.evidence)
        assert (facts["Proof"], facts["Result"], facts["Response"]) == ("after", "answered", "200 OK")
        assert row.name.startswith("after-")
        assert "Before and after: Call " in agent.screen
        await agent.press("ctrl+t")
        assert "since the one attached as “after”." in agent.message


async def test_solving_offers_the_later_call(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        call = await failed_call(agent)
        await open_ticket(agent, await attach(agent))
        call_again(agent, call, "failed", 503)
        await agent.press("R")
        await agent.type("Please try again")
        assert "(failed, 503 Service Unavailable) isn't" in agent.screen
        assert "attached yet: Ctrl+T attaches it." in agent.screen
        await agent.press("escape", "S")
        await agent.type("solved")
        await agent.press("enter")
        await shows(agent, "Prove it's solved?", "failed, 503 Service Unavailable")
        await agent.press("y")
        await agent.press()
        assert ": failed, 503 Service Unavailable." in agent.message


async def test_a_reply_that_solves_says_that_nobody_called_again(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        await failed_call(agent)
        await open_ticket(agent, await attach(agent))
        await agent.press("R")
        await agent.type("Please try again")
        assert "has had no later call yet." in agent.screen
        await agent.press("ctrl+s", "s")
        assert agent.message.startswith("Sent.")
        assert agent.message.endswith("has had no later call yet.")
