"""Live: calls come and go under the eyes of an agent who touches nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import Connection
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.kamailio.tables import tables

LONG = "+442079460123"


def calls(settings: Settings, numbers: Sequence[str]) -> None:
    """Lets these numbers be called now, and no others."""
    dialog = tables().dialog
    rows = [
        {
            "id": place,
            "hash_entry": 1,
            "hash_id": place,
            "callid": f"c{place}",
            "from_uri": f"sip:{LONG}@lab.test",
            "from_tag": "f",
            "to_uri": f"sip:{number}@lab.test",
            "to_tag": "t",
            "req_uri": f"sip:{number}@lab.test",
            "caller_cseq": "1",
            "callee_cseq": "0",
            "caller_contact": "",
            "callee_contact": "",
            "caller_sock": "",
            "callee_sock": "",
            "state": 4,
            "start_time": 1_780_000_000 + place,
            "timeout": 0,
            "sflags": 0,
            "iflags": 0,
        }
        for place, number in enumerate(numbers, 1)
    ]

    def work(connection: Connection) -> None:
        connection.execute(dialog.delete())
        if rows:
            connection.execute(dialog.insert(), rows)

    database = open_database(settings.database_url)
    database.write(work)
    database.close()


async def until(agent: Agent, words: str) -> None:
    """Waits until the screen shows it by itself."""
    async with asyncio.timeout(15):
        while words not in agent.screen:
            await asyncio.sleep(0.1)
            await agent.press()


async def test_calls_come_and_go_by_themselves(settings: Settings, folders: Folders) -> None:
    """Numbers are whole although short ones were measured, and the number of calls is that of now."""
    calls(settings, ["12", "13"])
    async with agent_at(settings, folders, "live") as agent:
        assert "1 of 2" in agent.screen
        await agent.press("down")
        calls(settings, ["12", "13", "+49301234567890"])
        await until(agent, "2 of 3")
        assert "+49301234567890" in agent.screen
        calls(settings, ["12"])
        await until(agent, "1 of 1")
        calls(settings, [])
        await until(agent, "No calls in progress.")
