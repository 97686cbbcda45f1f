"""A filter that no index serves: hits stream in, Esc stops, another filter ends it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.errors import QueryTimeout
from partnertui.db.rows.filter_criteria import Contains
from partnertui.db.rows.listing import Listing, PageOfRows
from partnertui.db.rows.select_source import TableSource
from partnertui.kit.views.lists import full_scan


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search inside of a text is too slow, and stretches are short."""
    fetch_page = TableSource.fetch_page

    def slow(self: TableSource, connection: Connection, asked: Listing, **options: Any) -> PageOfRows:
        if any(isinstance(criterion, Contains) for criterion in asked.criteria):
            raise QueryTimeout("The database took too long to answer.")
        return fetch_page(self, connection, asked, **options)

    monkeypatch.setattr(TableSource, "fetch_page", slow)
    monkeypatch.setattr(full_scan, "FIRST_STRETCH", 100)
    monkeypatch.setattr(full_scan, "STRETCH_SECONDS", 0.0)


@pytest.mark.usefixtures("impatient")
async def test_all_hits_come_newest_first(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        agent.view.bar.replace("codec:pcma")
        await agent.press()
        ids = agent.column("id")
        assert ids == sorted(ids, reverse=True)
        assert set(agent.column("codec")) == {"PCMA"}
        assert f"{len(ids):,} found, newest first" in agent.screen
        agent.view.bar.replace("codec:=PCMA")
        await agent.press()
        assert agent.view.feed.scan is None
        assert agent.view.feed.total.number == len(ids)


@pytest.mark.usefixtures("impatient")
async def test_esc_stops_and_keeps_what_was_found(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        steps = 0
        step = full_scan.Scan._step

        def two(self: full_scan.Scan) -> None:
            nonlocal steps
            steps += 1
            if steps < 3:
                step(self)

        monkeypatch.setattr(full_scan.Scan, "_step", two)
        agent.view.bar.replace("codec:pcma")
        await agent.press()
        assert "searching all rows" in agent.screen
        found = len(agent.view.table.window.rows)
        await agent.press("escape")
        assert "stopped at" in agent.screen
        assert len(agent.view.table.window.rows) == found > 0
        await agent.press("f4")
        assert agent.view.feed.scan is None
        assert agent.view.state.sort == "started_at"


@pytest.mark.usefixtures("impatient")
async def test_no_match_is_reported(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "users") as agent:
        agent.view.bar.replace("product:nosuchthing")
        await agent.press()
        assert "0 found" in agent.screen
        assert "No rows match product:nosuchthing." in agent.screen
