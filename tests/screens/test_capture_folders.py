"""Capture folders as an admin keeps them: added, changed, forgotten; indexed in the background, seen as it goes on."""

from __future__ import annotations

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.screens.driving import Agent, agent_at

from partnertui.captures.call_id_index_update import IndexUpdate
from partnertui.config import Folders, Settings
from partnertui.kit.jobs import Job

CAPTURES = Path(__file__).parents[1] / "captures"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two captures."""
    found = tmp_path / "edge"
    found.mkdir()
    for name in ("lab-core.pcap", "lab-edge.pcap"):
        shutil.copy(CAPTURES / name, found)
    return found


async def add(agent: Agent, name: str, path: Path | str) -> None:
    await agent.press("a")
    await agent.type(name)
    await agent.press("tab")
    await agent.type(str(path))
    await agent.press("ctrl+s")
    await agent.press()


async def test_a_folder_is_added_changed_and_forgotten(settings: Settings, folders: Folders, folder: Path) -> None:
    async with agent_at(replace(settings, operator="admin"), folders, "capture-folders") as agent:
        before = len(agent.column("name"))
        await add(agent, "Edge", folder)
        assert "Edge" in agent.column("name")
        assert f"of {before + 1}" in agent.screen
        await agent.press("upper_u")
        await agent.press()
        assert "2 captures are indexed" in agent.message
        await agent.press("colon")
        await agent.type("captured calls")
        await agent.press("enter")
        assert "busy" in agent.screen
        await agent.press("escape")
        await agent.press("home")
        while agent.view.table.window.row["name"] != "Edge":
            await agent.press("down")
        await agent.press("delete")
        assert "stay there" in agent.screen
        await agent.press("y")
        await agent.press()
        assert "Edge" not in agent.column("name")
        assert (folder / "lab-core.pcap").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("nowhere", "no such folder on this host"), ("lab-core.pcap", "a file, not a folder")]
)
async def test_what_is_no_folder_is_said_beside_the_field(
    settings: Settings, folders: Folders, folder: Path, name: str, words: str
) -> None:
    async with agent_at(replace(settings, operator="admin"), folders, "capture-folders", (200, 50)) as agent:
        await add(agent, "Edge", folder / name)
        assert words in " ".join(agent.screen.split())


async def test_only_an_admin_changes_them(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "capture-folders") as agent:
        await agent.press("a")
        assert "for admin only" in agent.message
        await agent.press("upper_u")
        await agent.press()
        assert "no captures in the enabled folders" in agent.message


async def test_the_list_of_jobs_goes_on_and_cancels(
    settings: Settings, folders: Folders, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(updating: IndexUpdate, paths: list[Path]) -> list[str]:
        for done in range(0, 5_000_001, 50_000):
            updating.tell(done, 10_000_000)
        while not updating.stop.wait(0.01):
            if go.is_set():
                updating.tell(9_000_000, 10_000_000)
        return []

    monkeypatch.setattr(IndexUpdate, "update", slow)
    async with agent_at(replace(settings, operator="admin"), folders, "capture-folders") as agent:
        await agent.press("upper_u")
        await agent.pilot.pause(0.2)
        assert "1 job 50%" in agent.screen
        await agent.pilot.press("upper_j")
        await agent.pilot.pause(0.2)
        assert "50%" in agent.screen.split("Jobs:")[1]
        go.set()
        await agent.pilot.pause(0.8)
        assert "90%" in agent.screen.split("Jobs:")[1]
        await agent.pilot.press("enter")
        await agent.press()
        assert not agent.app.services.jobs.running


def test_progress_in_words() -> None:
    job = Job("Reading")
    assert job.far == ""
    job.progress(1200)
    assert job.far == "1,200"
    job.progress(3, 200)
    assert job.far == "3 of 200"
    job.progress(700_000_000, 1_230_000_000)
    assert job.far == "56%"
