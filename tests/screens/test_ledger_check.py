"""*Check all ledgers* on the Statements screen."""

from __future__ import annotations

from sqlalchemy import update
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Customer


async def test_ledgers_that_add_up_are_one_sentence(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "statements") as agent:
        await agent.press("Q")
        assert "all entries add up" in agent.message


async def test_a_difference_leads_to_its_customer(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    database.write(lambda c: c.execute(update(Customer).where(Customer.id == 3).values(credit=Customer.credit + 1)))
    database.close()
    async with agent_at(settings, folders, "statements", (80, 24)) as agent:
        await agent.press("Q")
        assert "1 ledger is wrong." in agent.screen
        assert "The ledger ends at" in agent.screen
        await agent.press("down", "down", "enter")
        assert "Customers ›" in agent.screen
