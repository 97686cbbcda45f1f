"""Evidence of a ticket is shown again as ladder or table, and doesn't change when its source does."""

from __future__ import annotations

from sqlalchemy import func, select, update
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.models import Cdr, TicketAttachment
from partnertui.kit.declare.view_location import Location
from partnertui.screens.shared.trace.trace_view import TraceView


def newest(agent: Agent) -> tuple[int, int]:
    """The newest attachment and its ticket."""
    from partnertui.db.models import TicketMessage

    wanted = (
        select(TicketAttachment.id, TicketMessage.ticket_id)
        .join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
        .order_by(TicketAttachment.id.desc())
        .limit(1)
    )
    row = agent.app.services.database.read(lambda connection: connection.execute(wanted).one())
    return row[0], row[1]


async def open_newest(agent: Agent) -> None:
    """Opens the newest attachment of its ticket; the cursor is at the end of the thread."""
    key, ticket = newest(agent)
    agent.app.services.open(Location("support", ticket))
    await agent.press()
    await agent.press("end")
    for _ in range(60):
        if agent.view.body.line.key == f"attachment:{key}":
            break
        await agent.press("up")
    await agent.press("enter")


async def test_a_trace_is_a_ladder_again(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("t")
        before = agent.view
        assert isinstance(before, TraceView)
        judged = before.analysis.judgement.verdict if before.analysis and before.analysis.judgement else None
        shown = len(before.ladder.ladder.rows)
        await agent.press("A", "a")
        await agent.press("enter")
        assert "Attached the trace to T-" in agent.message
        await open_newest(agent)
        assert "Ladder" in agent.screen
        await agent.press("enter")
        again = agent.view
        assert isinstance(again, TraceView)
        assert again is not before
        assert again.analysis is not None
        assert again.analysis.judgement is not None
        assert again.analysis.judgement.verdict == judged
        assert len(again.ladder.ladder.rows) == shown
        assert "INVITE" in agent.screen
        assert not list(folders.state.glob("evidence-*"))


async def test_a_call_is_a_table_that_stays_as_it_was(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        call = agent.view.table.window.row
        await agent.press("A", "a")
        await agent.press("enter")
        database = agent.app.services.database
        changed = update(Cdr).where(Cdr.id == call["id"]).values(destination_number="4999999999", sip_code=699)
        database.write(lambda connection: connection.execute(changed))
        await open_newest(agent)
        await agent.press("f")
        assert "A snapshot from when it was attached" in agent.screen
        assert "4999999999" not in agent.screen.replace(" ", "")
        stored = select(TicketAttachment.evidence).order_by(TicketAttachment.id.desc()).limit(1)
        facts = dict(database.read(lambda connection: connection.execute(stored).scalar_one())["facts"])
        assert facts["SIP"].startswith(str(call["sip_code"]))


async def test_an_issued_invoice_is_attached_as_a_pdf(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "transactions") as agent:
        numbers = agent.column("invoice_number")
        index = next(n for n, number in enumerate(numbers) if number)
        await agent.press(*["down"] * index)
        await agent.press("ctrl+p")
        await agent.type("attach the invoice")
        await agent.press("enter")
        await agent.press("enter")
        assert "Attached the invoice to T-" in agent.message
        wanted = select(TicketAttachment.name, TicketAttachment.media_type, func.substr(TicketAttachment.content, 1, 5))
        found = wanted.order_by(TicketAttachment.id.desc()).limit(1)
        row = agent.app.services.database.read(lambda connection: connection.execute(found).one())
        assert tuple(row) == (f"{numbers[index]}.pdf", "application/pdf", b"%PDF-")
