"""A view sent to a colleague opens with the same filter, order, tab and row; a wrong code is refused."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import SentView
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.view_location import Location


async def test_a_list_opens_as_it_was_sent(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    async with agent_at(settings, folders, "support") as agent:
        await agent.press("slash")
        await agent.type("priority:normal")
        await agent.press("enter", "shift+tab", "down", "down")  # the tab Closed
        rows, number = agent.column("id"), agent.view.table.window.row["number"]
        agent.app.services.run_by_id("app.send-view")
        await agent.press()
        code = str(database.read(lambda connection: connection.scalar(select(SentView.code))))
        assert f"the code {code}" in agent.message
    async with agent_at(settings, folders, "customers") as colleague:
        colleague.app.services.run_by_id("app.open-view")
        await colleague.press()
        await colleague.type("NOSUCH")
        await colleague.press("ctrl+s")
        assert "No view has the code" in colleague.screen
        await colleague.press(*["backspace"] * 6)
        await colleague.type(code.lower())
        await colleague.press("ctrl+s")
        assert colleague.view.location.screen == "support"
        assert colleague.column("id") == rows
        assert colleague.view.table.window.row["number"] == number
        assert "Ann Whitfield's view" in colleague.message
        colleague.app.services.open(Location("customers"))
        await colleague.press("colon")
        await colleague.type(code.lower())
        assert f"Open the view with the code {code}" in colleague.screen
        await colleague.press("enter")
        assert colleague.view.location.screen == "support"
        await colleague.press("colon")
        await colleague.type("zzzz9")
        await colleague.press("enter")
        assert "No view has the code" in colleague.message
        old = update(SentView).values(sent_at=utc_now() - timedelta(days=2))
        database.write(lambda connection: connection.execute(old))
        colleague.app.services.run_by_id("app.open-view")
        await colleague.press()
        await colleague.type(code)
        await colleague.press("ctrl+s")
        assert "No view has the code" in colleague.screen
    database.close()
