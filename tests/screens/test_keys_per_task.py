"""How many keys a task takes from the first screen at 80×24, where N is the text that is typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.engine import open_database
from partnertui.db.models import Customer, Ddi


class CountingAgent(Agent):
    """An agent whose keys are counted; typed text counts apart."""

    keys = 0

    async def press(self, *keys: str) -> None:
        """Counts and presses."""
        self.keys += len(keys)
        await super().press(*keys)


@asynccontextmanager
async def first_screen(settings: Settings, folders: Folders) -> AsyncIterator[CountingAgent]:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        yield CountingAgent(agent.app, agent.pilot)


def numbers(settings: Settings) -> tuple[str, str, str]:
    """A British DDI of a customer, that customer's name, and a British customer's phone."""
    database = open_database(settings.database_url)
    statement = select(Ddi.number, Customer.company).join(Customer, Customer.id == Ddi.customer_id)
    ddi = database.read(lambda c: c.execute(statement.where(Ddi.number.startswith("44"))).first())
    phone = database.read(lambda c: c.execute(select(Customer.phone).where(Customer.phone.startswith("44"))).scalar())
    database.close()
    assert ddi is not None
    assert phone is not None
    return ddi.number, ddi.company, phone


def national(number: str) -> str:
    """A British number as people say it."""
    return f"0{number[2:5]} {number[5:8]} {number[8:]}"


@pytest.mark.parametrize("which", ["phone", "ddi"])
async def test_a_customer_by_a_national_number(which: str, settings: Settings, folders: Folders) -> None:
    """At most 1 + N + 1."""
    ddi, company, phone = numbers(settings)
    async with first_screen(settings, folders) as agent:
        await agent.press("ctrl+k")
        await agent.type(national(ddi if which == "ddi" else phone))
        await agent.press("enter")
        assert agent.keys <= 2
        scope = agent.app.services.scope
        assert scope is not None
        assert which == "phone" or scope.name == company


async def test_a_customer_found_by_a_national_number(settings: Settings, folders: Folders) -> None:
    """At most 1 + N + 1."""
    phone = numbers(settings)[2]
    async with first_screen(settings, folders) as agent:
        await agent.press("ctrl+f")
        await agent.type(national(phone))
        await agent.press("enter")
        assert agent.keys <= 2
        assert agent.view.location.screen == "customers"
        assert agent.view.location.row["phone"] == phone


async def test_where_a_ddi_rings_on_sunday(settings: Settings, folders: Folders) -> None:
    """At most 4 + N."""
    number = numbers(settings)[0]
    async with first_screen(settings, folders) as agent:
        await agent.press("ctrl+f")
        await agent.type(national(number))
        await agent.press("enter", "E")
        await agent.type("sunday 20:00")
        await agent.press("ctrl+s")
        assert agent.keys <= 4
        assert "2026-03-08 20:00" in agent.screen
        assert "incoming" in agent.screen
