"""Earlier probes of a phone: kept by themselves, looked at again, compared, attached; and a series while it runs."""

from __future__ import annotations

import asyncio
import re

import pytest
from tests.probes.udp_phone import answer_to, phone, status
from tests.screens.driving import Agent, agent_at
from tests.screens.test_sip_locations import allowed, asked, register

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import ProbeRun, TicketMessage
from partnertui.db.models.base import table_of
from partnertui.sip.message import Request

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +SIP test +(\S.*?) {2,}")


async def twice(agent: Agent) -> None:
    """Tests the phone again, as soon as the limit of one a second allows."""
    await asyncio.sleep(1.05)
    await agent.press("r")


async def test_results_are_kept_compared_and_attached(settings: Settings, folders: Folders) -> None:
    made = await phone(lambda request, number: [answer_to(request)] if number < 2 else busy(request))
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        await twice(agent)
        await agent.press("h")
        assert "Earlier tests: aaa1@lab.test" in agent.screen
        outcomes = LINE.findall(agent.screen)
        assert [one.split("  ")[0] for one in outcomes] == ["answered: 486 Busy Here", "answered: 200 OK"]
        await agent.press("down", "enter")
        assert "alive: 200 OK" in agent.screen
        assert "OPTIONS sent" in agent.screen
        await agent.press("escape", "up", "equals_sign")
        assert re.search(r"Response +200 +486", agent.screen)
        assert "Identical in both" in agent.screen
        await agent.press("A", "a", "enter")
        assert "Attached the SIP test to T-" in agent.message
        await agent.press("escape", "escape")
        assert "What it means" in agent.screen, "the test is behind it"
        await agent.press("escape")
    async with agent_at(allowed(settings), folders, "sip-locations") as agent:
        agent.app.services.run_by_id("phone.probes")
        await agent.press()
        assert len(LINE.findall(agent.screen)) == 2, "from the list, too, and in the next session"
    database = open_database(settings.database_url)
    notes = table_of(TicketMessage)
    body = database.read(
        lambda connection: connection.scalar(notes.select().order_by(notes.c.id.desc()).with_only_columns(notes.c.body))
    )
    database.close()
    assert "Response: 200 / 486" in str(body)


def busy(request: Request) -> list[bytes]:
    """The answer of a phone in a call."""
    return [answer_to(request, 486, "Busy Here")]


async def test_marked_results_are_compared_with_each_other(settings: Settings, folders: Folders) -> None:
    made = await phone(status())
    register(settings, made.port)
    async with asked(allowed(settings), folders, "t") as agent:
        await twice(agent)
        await twice(agent)
        await agent.press("h", "down", "down", "space", "up", "up", "equals_sign")
        times = re.findall(r"\d\d:\d\d:\d\d", agent.screen.split("Compared")[1])[:2]
        assert times[0] < times[1], "the older one is on the left"
        await agent.press("escape", "down", "down", "down", "space", "equals_sign")
        assert "no earlier test" in agent.message


async def test_what_was_not_sent_is_not_a_result(settings: Settings, folders: Folders) -> None:
    register(settings, 5060)
    async with asked(settings, folders, "t", "h") as agent:
        assert "No tests stored yet" in agent.screen
    database = open_database(settings.database_url)
    runs = table_of(ProbeRun)
    kept = database.read(lambda connection: connection.execute(runs.select().where(runs.c.report.is_not(None))).all())
    database.close()
    assert not kept


async def test_phones_that_were_not_asked_are_called_so(settings: Settings, folders: Folders) -> None:
    register(settings, 5060, 5061)
    async with asked(settings, folders, "space", "space", "t") as agent:
        assert "2 not tested" in agent.screen
        assert re.search(r"aaa1@lab\.test +not tested +127\.0\.0\.1 is an address of this host", agent.screen)
        assert "no answer" not in agent.screen


async def test_all_phones_have_names(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sip-locations") as agent:
        row = agent.view.table.window.row
        await agent.press("ctrl+t")
        assert f"{row['aor'].partition('@')[0]}  {row['user'][:12]}" in agent.screen, "the domain is that of all"


async def test_a_running_series_shows_what_has_come(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnertui.screens.shared.sip_test.plan_choice.SERIES", 4)
    made = await phone(lambda request, number: [] if number == 3 else [answer_to(request)])
    register(settings, made.port)
    async with agent_at(allowed(settings), folders, "sip-locations") as agent:
        await agent.press("t")
        await agent.pilot.press("1")
        await asyncio.sleep(2.4)
        await agent.pilot.pause()
        assert re.search(r"\d of 4 requests so far: \d answered", agent.screen)
        await agent.pilot.press("escape")
        await agent.press("t", "h")
        stopped = LINE.findall(agent.screen)
        assert len(stopped) >= 2, "a series that was stopped is a result, too"
