"""The queue of tickets: search with its hits, assigning, tagging, merging and splitting several, all undone as one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import Database
from partnertui.db.models import Cdr, Ticket, TicketLink, TicketMessage, TicketTag
from partnertui.db.rows.listing import PageOfRows
from partnertui.db.tickets import harm_columns
from partnertui.domain.call_enums import Disposition
from partnertui.domain.ticket_harm import explained, sla_weight
from partnertui.kit.clock import utc_now


def ids_of(agent: Agent, count: int) -> list[int]:
    """The IDs of the first rows."""
    found: list[int] = agent.column("id")[:count]
    return found


def one_customer(database: Database, tickets: list[int], **values: Any) -> None:
    """Gives tickets one customer and agent."""
    changed = {"customer_id": 1, "partner_id": None} | values
    database.write(lambda c: c.execute(update(Ticket).where(Ticket.id.in_(tickets)).values(**changed)))
    moved = {name: changed[name] for name in ("customer_id", "partner_id")}
    database.write(lambda c: c.execute(update(TicketMessage).where(TicketMessage.ticket_id.in_(tickets)).values(moved)))


def values_of(database: Database, tickets: list[int], name: str) -> list[Any]:
    """A column of tickets, in the order of the IDs given."""
    column = Ticket.__table__.c[name]
    query = select(Ticket.id, column).where(Ticket.id.in_(tickets))
    rows: dict[int, Any] = {row[0]: row[1] for row in database.read(lambda c: c.execute(query).all())}
    return [rows[ticket] for ticket in tickets]


async def test_a_search_shows_the_text_that_was_found(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        assert "Match" not in agent.screen
        database, ticket = agent.app.services.database, agent.view.table.window.row["id"]
        body = "Hello,\nthe zebrafish \x1b[31m rings twice"
        database.write(
            lambda c: c.execute(update(TicketMessage).where(TicketMessage.ticket_id == ticket).values(body=body))
        )
        await agent.press("slash")
        await agent.type("zebra")
        await agent.press("enter")
        assert agent.column("id") == [ticket]
        assert "Match" in agent.screen
        assert "the zebrafish" in agent.screen
        await agent.press("f4")
        assert "Match" not in agent.screen


async def test_filters_by_age_and_tag(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        for text in ("age>2d", "age<2d", "tag:no-such-tag", "age:1d..3d"):
            await agent.press("f4", "slash")
            await agent.type(text)
            await agent.press("enter")
            now = utc_now()
            days = [(now - row["created_at"]).total_seconds() / 86400 for row in agent.view.table.window.rows]
            low, high = {"age>2d": (2, 1e9), "age<2d": (0, 2), "age:1d..3d": (1, 3)}.get(text, (0, 0))
            assert all(low - 0.01 <= age <= high + 0.01 for age in days), text


async def test_rows_read_before_a_change_of_ones_own_are_not_shown_after_it(
    settings: Settings, folders: Folders
) -> None:
    async with agent_at(settings, folders, "support") as agent:
        view, database, [ticket] = agent.view, agent.app.services.database, ids_of(agent, 1)
        old, committed = PageOfRows(tuple(view.table.window.rows), more=False), Event()

        def read_before(connection: Connection) -> PageOfRows:
            committed.wait(5)
            return old

        view.feed.run("rows", read_before, view.feed._again, view.feed.failed)
        database.write(lambda c: c.execute(update(Ticket).where(Ticket.id == ticket).values(subject="Changed here")))
        view.context().refresh_rows()
        committed.set()
        await agent.press()
        assert agent.column("subject")[agent.column("id").index(ticket)] == "Changed here"


async def test_tags_assigns_and_undoes_as_one(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        database, tickets = agent.app.services.database, ids_of(agent, 3)
        one_customer(database, tickets, agent_id=None)
        await agent.press("r", "space", "space", "space", "ctrl+y")
        await agent.type("one-way, audio")
        await agent.press("enter")
        assert agent.message == "Tags for 3 tickets: +one-way +audio."
        tags = select(TicketTag.ticket_id).where(TicketTag.tag == "one-way").order_by(TicketTag.ticket_id)
        assert list(database.read(lambda c: c.execute(tags).scalars())) == sorted(tickets)
        await agent.press("ctrl+a")
        await agent.type("marek")
        await agent.press("enter")
        assert agent.message == "3 assigned to Marek Żak."
        [agent_id] = set(values_of(database, tickets, "agent_id"))
        assert agent_id is not None
        await agent.press("S")
        await agent.type("closed")
        await agent.press("enter")
        assert "3 of 3 belong to Marek Żak. Change them anyway?" in agent.screen
        await agent.press("y")
        assert agent.message == "3 tickets updated."
        assert not set(tickets) & set(agent.column("id"))
        await agent.press("ctrl+z")
        assert agent.screen.count("State: closed -> ") == 3
        assert "Undo your change from" in agent.screen or "Undo your last changes" in agent.screen
        await agent.press("y")
        assert agent.message == "3 changes undone."
        assert "closed" not in values_of(database, tickets, "state")
        assert set(tickets) <= set(agent.column("id"))


async def test_merges_marked_ones_and_opening_leads_to_the_target(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        database, tickets = agent.app.services.database, ids_of(agent, 3)
        one_customer(database, tickets, agent_id=None)
        await agent.press("r", "space", "space", "space", "vertical_line")
        target = min(tickets)
        [number] = values_of(database, [target], "number")
        await agent.type(number)
        await agent.press("enter")
        assert f"Merge into {number}?" in agent.screen
        await agent.press("y")
        assert agent.message == f"2 merged into {number}."
        merged = [ticket for ticket in tickets if ticket != target]
        assert values_of(database, merged, "merged_into_id") == [target, target]
        await agent.press("shift+tab")
        agent.view.table.window.cursor = agent.column("id").index(merged[0])
        await agent.press("enter")
        assert agent.view.row["id"] == target
        await agent.press("escape", "tab", "ctrl+z")
        assert agent.screen.count("closed -> ") == 2
        await agent.press("y")
        assert values_of(database, merged, "merged_into_id") == [None, None]


async def test_splits_a_message_off(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        database = agent.app.services.database
        await agent.press("enter", "i")
        await agent.type("About something else")
        await agent.press("ctrl+s")
        ticket = agent.view.row["id"]
        await agent.press("backslash", "enter")
        assert "mark a message first" in agent.message
        await agent.press("down", "enter")
        assert "Split off 1 message …" in agent.screen
        await agent.press("up", "enter")
        assert "Subject of the new ticket" in agent.screen
        await agent.press("ctrl+s")
        new = agent.view.row["id"]
        assert new != ticket
        assert values_of(database, [new], "split_from_id") == [ticket]
        assert "About something else" in agent.screen


async def test_links_and_jumps(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        database = agent.app.services.database
        database.write(lambda connection: connection.execute(delete(TicketLink)))
        await agent.press("enter", "ctrl+l")
        await agent.type("payment")
        ticket = agent.view.row["id"]
        await agent.press("escape", "ctrl+l")
        await agent.type("@")
        await agent.press("enter")
        assert agent.message.startswith("Linked to endpoint ")
        links = select(TicketLink.object_table, TicketLink.value).where(TicketLink.ticket_id == ticket)
        found = database.read(lambda c: c.execute(links).all())
        assert "users" in {table for table, _ in found}
        assert "Links" in agent.screen


async def test_next_and_previous_from_each_tab(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        for _ in range(6):
            rows = agent.column("id")
            if rows:
                await agent.press("home", "enter", "left_curly_bracket")
                assert agent.message == "This is the first record."
                if len(rows) > 1:
                    await agent.press("right_curly_bracket")
                    assert agent.view.row["id"] == rows[1]
                    await agent.press("left_curly_bracket")
                await agent.press("escape", "end", "enter", "right_curly_bracket")
                assert agent.message == "This is the last record."
                await agent.press("escape")
            await agent.press("tab")


def test_harm_is_weighed_and_explained() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    due = datetime(2026, 5, 1, 0, 20, tzinfo=UTC)
    words = explained(12, "Business", 30_000_000, (due, None), now)
    assert words == "12 failing calls an hour × 2 (plan Business) × 4 (due within 30 minutes) = 96"
    assert sla_weight(now, None, now) == (8, "overdue")
    assert sla_weight(now, now, now) == (1, "SLA paused")
    assert explained(1, None, None, (None, None), now) == "1 failing call an hour × 1 (no plan) × 1 (no SLA) = 1"


async def test_the_sum_is_in_the_ticket_and_explained_with_the_due_time(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harm_columns, "now", utc_now)
    async with agent_at(settings, folders, "support", (160, 60)) as agent:
        database = agent.app.services.database
        first = agent.view.table.window.rows[0]
        call = {
            "customer_id": first["customer_id"],
            "source_number": "1001",
            "destination_number": "442071800001",
            "started_at": utc_now() - timedelta(minutes=1),
            "category": "dialled",
            "direction": "outbound",
            "disposition": Disposition.FAILED,
            "sip_code": 503,
        }
        database.write(lambda connection: connection.execute(insert(Cdr), call))
        await agent.press("r", "enter")
        row = agent.view.row
        assert row["failing_calls"] >= 1
        said = " ".join(agent.screen.split())
        assert re.search(r"Impact +\d+ failing", said), "in the pane"
        await agent.press("E")
        said = " ".join(re.sub("[│┃║]", " ", agent.screen).split())
        assert "is due on" in said
        assert "Promised within" in said
        assert f"Impact: {row['failing_calls']} failing call" in said
        assert re.search(rf"= {row['harm']:,}\.", said)
