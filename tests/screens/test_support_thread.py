"""A ticket's thread: folds, headers, attachments, older messages, drawings, the customer beside it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.models import Mail, Mailbox, OutboxMail, TicketAttachment, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.screens.support.mail_delivery_text import NO_MAILBOX, delivery
from partnertui.screens.support.received_attachments import as_text

SOON = datetime(2099, 1, 1, tzinfo=UTC)
QUOTED = (
    "Es klingelt nicht.\n\nAm Fr., 20. Nov. 2026 um 15:57 Uhr schrieb Support <\nhelp@example.com>:\n\n> Bitte neu\n"
)
LADDER = "│" + "─" * 100 + ">│ INVITE"


def write(agent: Agent, body: str, **fields: Any) -> int:
    """A message of the customer, newer than all, in the first ticket; returns its ID."""
    row = agent.view.table.window.row

    def work(connection: Any) -> int:
        values = {"ticket_id": row["id"], "kind": "customer", "author": "Ada", "body": body, "at": SOON} | fields
        found: int = connection.execute(insert(TicketMessage).returning(TicketMessage.id), values).scalar_one()
        return found

    found: int = agent.app.services.database.write(work)
    return found


async def test_a_quote_is_folded_and_opens(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        write(agent, QUOTED)
        await agent.press("enter")
        assert "Es klingelt nicht." in agent.screen
        assert "> Bitte neu" not in agent.screen
        assert "▸ quote, 4 lines: Am Fr., 20. Nov. 2026" in agent.screen
        await agent.press("enter")
        assert "> Bitte neu" in agent.screen
        await agent.press("enter")
        assert "> Bitte neu" not in agent.screen


async def test_headers_of_the_mail_behind_a_message(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:

        def mail(connection: Any) -> int:
            connection.execute(insert(Mailbox), {"id": 99, "name": "x", "address": "x@x.example"})
            raw = b"Subject: Hello\r\nX-Trap: \x1b[2J\r\n\r\nbody"
            values = {"mailbox_id": 99, "uid_validity": 1, "uid": 1, "content_hash": "0", "size": 9, "kind": "message"}
            found: int = connection.execute(insert(Mail).returning(Mail.id), values | {"raw": raw}).scalar_one()
            return found

        write(agent, "Short", mail_id=agent.app.services.database.write(mail), caution="by subject only")
        await agent.press("enter", "up")
        assert "by subject only" in agent.screen
        await agent.press("up", "enter")
        assert "Subject: Hello" in agent.screen
        assert "\x1b" not in agent.screen
        assert "body" not in agent.screen


async def test_an_attachment_is_shown_and_saved(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        key = write(agent, "See below")
        file = {"message_id": key, "name": "../../log\x1b.txt", "media_type": "text/plain", "content": b"one\ntwo"}
        agent.app.services.database.write(lambda connection: connection.execute(insert(TicketAttachment), file))
        await agent.press("enter", "enter")
        assert "Show" in agent.screen
        await agent.press("v")
        assert "two" in agent.screen
        await agent.press("escape", "enter", "s")
        assert "log.txt" in agent.screen
        await agent.press("tab")
        for _ in range(200):
            await agent.pilot.press("backspace")
        await agent.type(str(tmp_path / "saved.txt"))
        await agent.press("ctrl+s")
        assert (tmp_path / "saved.txt").read_bytes() == b"one\ntwo"
        assert (tmp_path / "saved.txt").stat().st_mode & 0o111 == 0


async def test_a_ladder_is_not_wrapped_and_can_be_shifted(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        write(agent, f"Trace:\n{LADDER}\nEnd")
        await agent.press("enter", "up")
        assert "INVITE" not in agent.screen
        await agent.press("enter")
        await agent.press(*["right"] * 6)
        assert "INVITE" in agent.screen


async def test_five_thousand_messages_and_one_of_five_megabytes(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support") as agent:
        row = agent.view.table.window.row
        values = [
            {"ticket_id": row["id"], "kind": "customer", "author": "Ada", "body": f"number {n}", "at": SOON}
            for n in range(5000)
        ]
        agent.app.services.database.write(lambda connection: connection.execute(insert(TicketMessage), values))
        write(agent, "x y " * 1_250_000, at=SOON + timedelta(seconds=1))
        began = time.monotonic()
        await agent.press("enter")
        assert time.monotonic() - began < 3
        assert "4,900,000 more characters: save the full text" in agent.screen
        await agent.press("home")
        assert "older messages: load 200 of them" in agent.screen
        at = agent.view.messages[0]["body"]
        await agent.press("home", "enter")
        assert len(agent.view.messages) == 400
        assert at in agent.screen


async def test_the_card_stays_while_the_thread_scrolls(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        for number in range(30):
            write(agent, f"line {number}")
        await agent.press("enter")
        card = agent.screen.splitlines()[2]
        assert "phones" in card
        assert "failed today" in card
        await agent.press("home", "pagedown")
        assert agent.screen.splitlines()[2] == card


async def test_the_pane_is_a_key_away(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        await agent.press("enter", "tab")
        assert "Last payment" in agent.screen
        text = ""
        for _ in range(5):
            await agent.press("pagedown")
            text += agent.screen
        assert all(word in text for word in ("Calls ─", "Endpoints ─", "Payments ─", "The customer's tickets ─"))
        await agent.press("tab")
        assert "answered" in agent.screen


async def test_how_far_a_mail_is(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "support", (80, 24)) as agent:
        await agent.press("R")
        await agent.type("Hello")
        await agent.press("ctrl+s", "o")
        changed = update(table_of(OutboxMail)).values(state="failed", problem="550 no such user")
        agent.app.services.database.write(lambda connection: connection.execute(changed))
        await agent.press("r")
        assert "failed: 550 no such user" in agent.screen


NOW = datetime(2026, 11, 30, 10, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "waiting", "not_before": NOW + timedelta(seconds=7.5)}, "waiting 8 s"),
        ({"state": "waiting", "not_before": NOW}, "waiting to be sent"),
        ({"state": "waiting", "not_before": NOW, "mailbox_id": None}, NO_MAILBOX),
        ({"state": "waiting", "not_before": NOW, "problem": "server away"}, "waiting: server away"),
        ({"state": "sending"}, "being sent"),
        ({"state": "unknown"}, "outcome unknown: it may have arrived"),
        ({"state": "failed", "problem": "550"}, "failed: 550"),
        ({"state": "blocked", "problem": "{call.verdict}"}, "not sent: {call.verdict}"),
        ({"state": "cancelled"}, "recalled"),
    ],
)
def test_delivery_in_words(fields: dict[str, Any], words: str) -> None:
    mail = {"problem": None, "mailbox_id": 1, "sent_at": NOW, "not_before": NOW} | fields
    assert delivery(mail, NOW)[0] == words


def test_what_is_no_text_is_not_shown() -> None:
    assert as_text(b"a\0b", "text/plain") is None
    assert as_text("ä".encode(), "application/json") == "ä"
    assert as_text("ä".encode("latin-1"), "text/plain") == "ä"
    assert as_text(b"\xff\xd8", "application/octet-stream") is None
