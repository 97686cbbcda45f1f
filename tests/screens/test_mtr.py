"""The MTR test as an agent sees it: live, on this host's own address."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import select
from tests.screens.driving import Agent, agent_at
from tests.screens.test_sip_locations import allowed, register

from partnertui.config import Folders, Settings
from partnertui.config.settings import Mtr
from partnertui.db.models import Ticket, TicketMessage
from partnertui.screens.shared.mtr.dialog import MtrDialog

PORT = 5060


def quick(settings: Settings) -> Settings:
    """Settings that let this host be probed, often."""
    return dataclasses.replace(allowed(settings), mtr=Mtr(interval=0.1))


async def shows(agent: Agent, *words: str) -> str:
    """The screen, once it has these words."""
    async with asyncio.timeout(10):
        while not all(word in agent.screen for word in words):  # noqa: ASYNC110 - a screen has no event
            await asyncio.sleep(0.05)
    return agent.screen


async def test_a_path_is_shown_live(settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        screen = await shows(agent, "MTR test: 127.0.0.1", "The destination replies: 1 hop, no loss", "every 0.1 s")
        for title in ("Loss", "Sent", "Rcvd", "Last", "Avg", "Best", "Worst", "StDev", "Jitter"):
            assert title in screen
        assert "up to 40% loss" in screen, "rounds are too fast to be believed"
        await shows(agent, "3 rounds")
        await agent.press("escape")
        assert "The destination replies" not in agent.screen
        assert not agent.app.services.jobs.running


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_it_fits(settings: Settings, folders: Folders, size: tuple[int, int]) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations", size) as agent:
        await agent.press("M")
        screen = await shows(agent, "127.0.0.1", "Loss", "Avg", "Worst", "Jitter", "p pause", "A attach", "Esc ")
        assert max(len(line) for line in screen.splitlines()) <= size[0]
        await agent.press("escape")


async def test_pause_reset_interval_and_size(settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        await shows(agent, "2 rounds")
        await agent.press("p")
        assert "paused" in agent.screen
        await agent.press("r")
        await agent.press("space")
        await shows(agent, "running", "1 round")
        await agent.press("1")
        await shows(agent, "routers rate-limit replies", "mtr's default")
        await agent.press("down", "enter")
        await shows(agent, "every 0.2 s")
        await agent.press("2")
        await agent.press("down", "enter")
        await shows(agent, "200 bytes", "1 hop, no loss")
        await agent.press("escape")


async def test_an_address_that_may_not_be_probed_is_refused(settings: Settings, folders: Folders) -> None:
    register(settings, PORT, host="10.1.2.3")
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        await shows(agent, "10.1.2.3 is a private address", "sip_test.allow")
        await agent.press("escape")


async def test_behind_nat_the_address_that_may_be_probed_is_used(settings: Settings, folders: Folders) -> None:
    register(settings, PORT, host="10.1.2.3", received=f"sip:127.0.0.1:{PORT}")
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        await shows(agent, "MTR test: 127.0.0.1", "no loss")
        await agent.press("escape")


async def test_a_row_without_an_address_is_refused(settings: Settings, folders: Folders) -> None:
    register(settings, PORT, contact="sip:aaa1@phone.invalid")
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        assert "No address is known for this row" in agent.message


async def test_the_report_is_copied_and_attached(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        copied: list[str] = []
        monkeypatch.setattr(agent.app.services, "copy", lambda text, what: copied.append(text))
        await agent.press("M")
        await shows(agent, "1 hop, no loss")
        await agent.press("y")
        assert "Path to 127.0.0.1" in copied[0]
        assert "The destination replies" in copied[0]
        await agent.press("A", "a")
        await shows(agent, "Attach the MTR test to which ticket?")
        database = agent.app.services.database
        ticket = database.read(
            lambda c: c.execute(select(Ticket.id, Ticket.number).where(Ticket.state == "open")).first()
        )
        await agent.type(ticket.number)
        await shows(agent, ticket.number)
        await agent.press("enter")
        await shows(agent, "Attached the MTR test to T-")
        body = database.read(
            lambda c: c.execute(
                select(TicketMessage.kind, TicketMessage.body)
                .where(TicketMessage.ticket_id == ticket.id)
                .order_by(TicketMessage.id.desc())
            ).first()
        )
        assert body.kind == "note"
        assert "Path to 127.0.0.1" in body.body
        await agent.press("escape")


async def test_without_rights_udp_is_used_and_icmp_refused(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    import icmplib

    def forbidden(*args: object, **more: object) -> Callable[..., object]:
        raise icmplib.SocketPermissionError(True)

    monkeypatch.setattr("partnertui.probes.mtr.icmp_prober.ICMPv4Socket", forbidden)
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        await shows(agent, "UDP (no privileges needed)", "no loss")
        await agent.press("3")
        await shows(agent, "This user isn't allowed to send ICMP")
        await agent.press("3")
        await shows(agent, "UDP (no privileges needed)", "no loss")
        await agent.press("escape")


async def test_a_narrow_dialog_shows_fewer_keys_but_how_to_close_it(settings: Settings, folders: Folders) -> None:
    register(settings, PORT)
    async with agent_at(quick(settings), folders, "sip-locations") as agent:
        await agent.press("M")
        test = agent.app.screen
        assert isinstance(test, MtrDialog)
        found = [test.hints(width) for width in (120, 72, 40, 5)]
        assert found == sorted(found, key=len, reverse=True)
        assert len(set(found)) == len(found)
        assert all(hints.endswith("Esc close") for hints in found)
        await agent.press("escape")
