"""What a ticket waits for, chosen on the screen: what can't be waited for is said where it was entered."""

from __future__ import annotations

from sqlalchemy import select, update
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.models import Ticket, TicketWatch
from partnertui.domain.ticket_enums import TicketState


async def test_a_failed_call_of_nobody_is_not_waited_for(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (100, 30)) as agent:
        database, ticket = agent.app.services.database, agent.view.table.window.row["id"]
        alone = update(Ticket).where(Ticket.id == ticket).values(customer_id=None)
        database.write(lambda connection: connection.execute(alone))
        await agent.press("upper_s")
        await agent.type("reopen on")
        await agent.press("enter")
        assert "has no customer, so the customer's next failed call can't be waited for." in agent.message
        state = database.read(lambda c: c.scalar(select(Ticket.state).where(Ticket.id == ticket)))
        assert state != TicketState.SOLVED


async def test_a_number_is_read_or_refused_beside_its_field(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (100, 30)) as agent:
        database, ticket = agent.app.services.database, agent.view.table.window.row["id"]
        watches = select(TicketWatch.value).where(TicketWatch.ticket_id == ticket, TicketWatch.kind == "call")
        await agent.press("upper_s")
        await agent.type("snooze until")
        await agent.press("enter")
        assert "Snooze until" in agent.screen
        await agent.type("the next call")
        await agent.press("tab")
        await agent.type("the office")
        await agent.press("ctrl+s")
        assert "“the office” isn't a phone number." in agent.screen
        assert "1 field needs correcting." in agent.screen
        await agent.press(*["backspace"] * len("the office"))
        await agent.type("+44 20 7183 8750")
        await agent.press("ctrl+s")
        assert database.read(lambda c: c.scalar(watches.order_by(TicketWatch.id.desc()))) == "442071838750"
