"""How many keys a task takes from the first screen at 80×24, where N is the text that is typed."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Ddi
from partnertui.domain.decline_codes import decline_words
from partnertui.domain.sip_and_q850_codes import sip_words

SIZE = (80, 24)


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
        assert "inbound" in agent.screen


async def on_customer(agent: Agent, customer: int) -> None:
    """Puts the cursor on a customer of the list; these keys aren't counted."""
    while agent.view.table.window.row["id"] != customer:
        before = agent.view.table.window.cursor
        await agent.press("down")
        assert agent.view.table.window.cursor != before, "no such customer in the list"


async def test_are_his_phones_registered(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await on_customer(agent, 1)
        await agent.press("l")
        rows = agent.view.table.window.rows
        assert rows
        assert {row["customer_id"] for row in rows} == {1}
        assert "Expires in" in agent.screen
        assert "User " in agent.screen


async def test_last_failed_call_and_why(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await on_customer(agent, 1)
        await agent.press("X")
        row = agent.view.table.window.row
        assert row["disposition"] in {"rejected", "congestion", "failed"}
        assert f"{row['sip_code']} {sip_words(row['sip_code'])[:4]}" in agent.screen, "the reason is in the list"
        await agent.press("enter")
        assert f"{row['sip_code']} {sip_words(row['sip_code'])}" in agent.screen


async def test_copying_the_call_id(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    async with agent_at(settings, folders, "cdr", SIZE) as agent:
        copied: list[str] = []
        monkeypatch.setattr(agent.app.services, "copy", lambda text, what: copied.append(text))
        row = agent.view.table.window.row
        await agent.press("at", "enter")
        assert copied == [row["call_id_a"]]


async def test_the_balance_takes_no_key(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        row, column = agent.view.table.window.row, agent.view.page.column("credit")
        assert column.kind.text(row["credit"], row) in agent.screen
    async with agent_at(settings, folders, "statements", SIZE) as agent:
        row, column = agent.view.table.window.row, agent.view.page.column("balance_after")
        assert column.kind.text(row["balance_after"], row) in agent.screen


async def test_the_last_payment_failure(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "payments", SIZE) as agent:
        failed = next(row for row in agent.view.table.window.rows if row["state"] == "failed")
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        await on_customer(agent, failed["customer_id"])
        await agent.press("dollar_sign")
        assert decline_words(failed["failure_code"])[:16] in agent.screen
        assert failed["id"] in agent.column("id")


async def test_missed_calls_of_today_as_csv(
    settings: Settings, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnertui.kit.views.output_file.user_downloads_path", lambda: tmp_path)
    async with agent_at(settings, folders, "customers", SIZE) as agent:
        keys = ["g", "d", "v", "enter", "x", "ctrl+s"]
        await agent.press(*keys)
        assert len(keys) <= 8
        missed = [row["id"] for row in agent.view.table.window.rows]
    rows = exported(tmp_path)
    assert [int(row["id"]) for row in rows] == missed
    assert all(row["started_at"].startswith("2026-03-02") for row in rows)


def exported(folder: Path) -> list[dict[str, str]]:
    """The rows of the one file that was written."""
    (file,) = folder.glob("cdr-missed-start-today-*.csv")
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))
