"""A call that `partnertui hep` received is found by number, and its ladder opens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.calls.call_scripts import START_US, messages
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.hep.message_writer import HepRow, write_rows

CALL = "0 A>P INVITE 1 id=hep-1 from=447700900123\n0.2 P>A 486 INVITE 1 id=hep-1 from=447700900123"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_found_by_number(settings: Settings, folders: Folders, size: tuple[int, int]) -> None:
    late = int(datetime.now(UTC).timestamp() * 1e6) - START_US
    rows = [
        HepRow(
            one.time_us + late,
            one.frame,
            one.call_id,
            one.method,
            one.status,
            one.reading.from_user,
            one.reading.to_user,
            one.transport,
            one.source.address,
            one.source.port,
            one.destination.address,
            one.destination.port,
            "",
            one.data,
        )
        for one in messages(CALL)
    ]
    database = open_database(settings.database_url)
    write_rows(database, rows)
    database.close()
    async with agent_at(settings, folders, "captured-calls", size) as agent:
        await agent.press("ctrl+p")
        await agent.type("find received calls")
        await agent.press("enter")
        await agent.type("07700 900123")
        await agent.press()
        assert "447700900123 to 1002" in agent.screen
        await agent.press("enter")
        assert "486 Busy Here" in agent.screen
        await agent.press("escape")
        assert agent.view.location.screen == "captured-calls"
        await agent.press("ctrl+p")
        await agent.type("find received calls")
        await agent.press("enter")
        await agent.type("07700 900999")
        await agent.press()
        assert "447700900123 to" not in agent.screen
