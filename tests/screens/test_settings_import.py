"""The import dialog as it looks, at two sizes; cancelled while it runs."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from syrupy.assertion import SnapshotAssertion
from tests.screens.driving import Agent, agent_at
from tests.screens.test_every_screen import ScreenText

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.imports.rates import RatesImport
from partnertui.db.models import PriceListEntry
from partnertui.screenshot import as_text

BAD = "Prefix;Name;Rate;Colour\n99949;Germany;0,0123;red\n+49;Plus;0,02;\n99950;Ambiguous;1,234;\n"
SIZES = ((80, 24), (140, 40))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are in the current folder: short names to type."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def rates(tmp_path: Path) -> Path:
    """A file to import."""
    found = tmp_path / "r.csv"
    found.write_text("Prefix;Name;Rate\n" + "".join(f"{999_000_000 + at};Area;0,01\n" for at in range(9_000)))
    return found


async def ask(agent: Agent, path: Path) -> None:
    await agent.press("f7")
    await agent.type(path.name)
    await agent.press("ctrl+s")
    await agent.pilot.pause(0.3)
    await agent.press()


def stored(settings: Settings) -> int:
    database = open_database(settings.database_url)
    query = select(func.count()).where(PriceListEntry.prefix.startswith("999"))
    found = database.read(lambda connection: connection.scalar(query))
    database.close()
    return int(found or 0)


@pytest.mark.parametrize("how", ["escape", "list of jobs"])
async def test_an_import_that_is_cancelled_leaves_nothing(
    how: str, settings: Settings, folders: Folders, rates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go, store = threading.Event(), threading.Event(), RatesImport.store

    def slow(importer: RatesImport, unit: Any, rows: Any) -> None:
        store(importer, unit, rows)
        begun.set()
        assert go.wait(20)

    monkeypatch.setattr(RatesImport, "store", slow)
    async with agent_at(settings, folders, "price-lists") as agent:
        await ask(agent, rates)
        assert "9,000 lines can be imported" in agent.screen
        await agent.pilot.press("ctrl+s")
        while not begun.is_set():
            await agent.pilot.pause(0.02)
        if how == "escape":
            await agent.pilot.press("escape")
            await agent.pilot.pause(0.1)
            assert "Cancelling" in agent.screen
        else:
            agent.app.services.jobs.running[0].cancel()
        go.set()
        await agent.press()
        await agent.pilot.pause(0.3)
        assert "was cancelled: nothing was imported" in agent.screen
        await agent.press("escape")
    assert stored(settings) == 0


async def test_a_file_that_was_corrected_is_checked_again(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    path, wrong = tmp_path / "r.csv", tmp_path / "wrong.csv"
    path.write_text(BAD)
    async with agent_at(settings, folders, "price-lists") as agent:
        await agent.press("f7")
        await agent.type(path.name)
        await agent.press("tab", "tab", "tab")
        await agent.type(wrong.name)
        await agent.press("ctrl+s")
        assert "All problems are listed in" in agent.screen
        assert len(wrong.read_text().splitlines()) == 3
        path.write_text("Prefix;Name;Rate\n99949;Germany;0,0123\n")
        await agent.press("f5")
        assert "1 line can be imported" in agent.screen
        assert wrong.read_text() == ""
        await agent.press("ctrl+s")
        assert "1 price imported." in agent.message


async def test_all_lines_are_imported_and_the_list_is_read_again(
    settings: Settings, folders: Folders, rates: Path
) -> None:
    async with agent_at(settings, folders, "price-lists") as agent:
        await ask(agent, rates)
        await agent.press("ctrl+s")
        assert "9,000 prices imported." in agent.message
        assert any(count >= 9_000 for count in agent.column("prices"))
    assert stored(settings) == 9_000


@pytest.mark.parametrize("size", SIZES, ids=("small", "large"))
async def test_how_problems_look(
    size: tuple[int, int], settings: Settings, folders: Folders, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    (tmp_path / "r.csv").write_text(BAD)
    async with agent_at(settings, folders, "price-lists", size) as agent:
        await ask(agent, tmp_path / "r.csv")
        shown = as_text(agent.app)
    assert "Line 3, Prefix: “+49” isn't a prefix" in shown
    assert "2 of 3 lines aren't valid" in shown
    assert shown == snapshot.use_extension(ScreenText)


@pytest.mark.parametrize("size", SIZES, ids=("small", "large"))
@pytest.mark.parametrize(
    ("screen", "keys"),
    [
        ("price-lists", "a"),
        ("price-lists", "f7"),
        ("prices", "e"),
        ("canned-responses", "e"),
        ("phone-models", "e"),
        ("operators", "e"),
        ("sla-targets", "delete"),
    ],
)
async def test_how_dialogs_look(
    size: tuple[int, int], screen: str, keys: str, settings: Settings, folders: Folders, snapshot: SnapshotAssertion
) -> None:
    async with agent_at(replace(settings, operator="admin"), folders, screen, size) as agent:
        await agent.press(keys)
        assert as_text(agent.app) == snapshot.use_extension(ScreenText)


async def test_a_partner_sees_no_price_lists(settings: Settings, folders: Folders) -> None:
    async with agent_at(replace(settings, operator="harbor"), folders, "customers") as agent:
        role = agent.app.services.operator.role if agent.app.services.operator is not None else None
        assert role == "partner"
        assert "price-lists" not in agent.app.services.catalog.visible(role)
