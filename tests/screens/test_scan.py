"""A filter that no index serves: hits stream in, Esc stops, another filter ends it."""

from __future__ import annotations

import pytest
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.errors import QueryTimeout
from partnertui.db.rows import listing
from partnertui.db.rows.criteria import Contains
from partnertui.kit.views.lists import scan


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search inside of a text is too slow, and stretches are short."""
    page = listing.fetch_page

    def slow(connection: object, asked: listing.Listing, **where: object) -> object:
        if any(isinstance(criterion, Contains) for criterion in asked.criteria):
            raise QueryTimeout("The database took too long to answer.")
        return page(connection, asked, **where)  # type: ignore[arg-type]

    monkeypatch.setattr(listing, "fetch_page", slow)
    monkeypatch.setattr(scan, "BEGIN", 100)
    monkeypatch.setattr(scan, "PACE", 0.0)


@pytest.mark.usefixtures("impatient")
async def test_all_hits_come_newest_first(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        agent.view.bar.replace("codec:pcma")
        await agent.press()
        ids = agent.column("id")
        assert ids == sorted(ids, reverse=True)  # type: ignore[type-var]
        assert set(agent.column("codec")) == {"PCMA"}
        assert f"{len(ids):,} found, newest first" in agent.screen
        agent.view.bar.replace("codec:=PCMA")
        await agent.press()
        assert agent.view.feed.scan is None
        assert agent.view.count.number == len(ids)


@pytest.mark.usefixtures("impatient")
async def test_esc_stops_and_keeps_what_was_found(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        steps = 0
        step = scan.Scan._step

        def two(self: scan.Scan) -> None:
            nonlocal steps
            steps += 1
            if steps < 3:
                step(self)

        monkeypatch.setattr(scan.Scan, "_step", two)
        agent.view.bar.replace("codec:pcma")
        await agent.press()
        assert "looking through all" in agent.screen
        found = len(agent.view.table.window.rows)
        await agent.press("escape")
        assert "stopped at" in agent.screen
        assert len(agent.view.table.window.rows) == found > 0
        await agent.press("f4")
        assert agent.view.feed.scan is None
        assert agent.view.state.sort == "started_at"


@pytest.mark.usefixtures("impatient")
async def test_nothing_found_is_said(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "users") as agent:
        agent.view.bar.replace("product:nosuchthing")
        await agent.press()
        assert "0 found" in agent.screen
        assert "No row matches product:nosuchthing." in agent.screen
