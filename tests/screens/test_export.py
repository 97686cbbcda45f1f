"""Exporting from a list, as an agent does it: dialog, progress, cancel, and what goes wrong."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.kit.views.export import plan as planning
from partnertui.screenshot import settle


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for downloads."""
    folder = tmp_path / "Downloads"
    folder.mkdir()
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(folder))
    return folder


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


async def name_file(agent: Agent, name: str) -> None:
    """Puts another file name into the dialog."""
    await agent.press("tab", "ctrl+u")
    await agent.type(name)


async def test_all_filtered_rows_are_exported(settings: Settings, folders: Folders, out: Path) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        agent.view.bar.replace("disposition:busy")
        await settle(agent.app)
        await agent.press("x")
        assert "Export CDR: all filtered rows" in agent.screen
        assert "cdr-disposition-busy-2026-03-02.csv" in agent.screen
        await agent.press("ctrl+s")
        total = agent.view.feed.total.number
        assert agent.message.startswith(f"Exported {total:,} rows to {out}"[:40])
        assert os.listdir(out) == ["cdr-disposition-busy-2026-03-02.csv"]
        rows = read(out / "cdr-disposition-busy-2026-03-02.csv")
        assert len(rows) == total > len(agent.view.table.window.rows) // 4
        assert {row["disposition"] for row in rows} == {"busy"}
        tab = agent.column("id")
        assert [int(row["id"]) for row in rows[: len(tab)]] == tab


async def test_format_and_name_can_be_chosen(settings: Settings, folders: Folders, out: Path) -> None:
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("x", "right", "right")
        await name_file(agent, str(out / "mine.csv"))
        assert "Writes 12 rows to mine.jsonl in" in agent.screen
        await agent.press("ctrl+s")
        rows = [json.loads(line) for line in (out / "mine.jsonl").read_text().splitlines()]
        assert [row["id"] for row in rows] == agent.column("id")
        await agent.press("x")
        assert "customers-2026-03-02.jsonl" in agent.screen, "the format of last time"


async def test_overwriting_a_file_is_confirmed(settings: Settings, folders: Folders, out: Path) -> None:
    path = out / "customers-2026-03-02.csv"
    path.write_text("precious")
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("x", "ctrl+s")
        assert "already exists" in agent.screen
        await agent.press("escape")
        assert path.read_text() == "precious"
        assert "Export Customers" in agent.screen, "the dialog is there again, with what was typed"
        await agent.press("ctrl+s", "y")
        assert path.read_text().startswith("id,") or "company" in path.read_text().splitlines()[0]
        assert "Exported 12 rows" in agent.message


async def test_a_bad_folder_is_reported_at_its_field(settings: Settings, folders: Folders, out: Path) -> None:
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("x")
        await name_file(agent, "/nowhere/at/all.csv")
        await agent.press("ctrl+s")
        assert "There is no folder /nowhere/at." in agent.screen
        assert "/nowhere/at/all.csv" in agent.screen
        await agent.press("ctrl+u")
        await agent.type(str(out / "a.csv"))
        await agent.press("ctrl+s")
        assert os.listdir(out) == ["a.csv"]


def slow(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Makes an export take its time; the list says how many pages were read."""
    pages, read = planning.pages, []

    def slowly(*args: Any) -> Any:
        for page in pages(*args):
            read.append(len(page))
            time.sleep(0.1)
            yield page

    monkeypatch.setattr(planning, "PAGE_ROWS", 20)
    monkeypatch.setattr(planning, "pages", slowly)
    return read


async def test_cancelling_half_way_leaves_no_file(
    settings: Settings, folders: Folders, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = slow(monkeypatch)
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("x")
        await agent.pilot.press("ctrl+s")
        for _ in range(200):
            await asyncio.sleep(0.05)
            if len(pages) >= 3:
                break
        assert "cdr-2026-03-02.csv" not in os.listdir(out)
        await agent.pilot.press("J")
        await agent.pilot.pause(0.2)
        assert "Export of CDR" in agent.screen
        assert re.search(r"Export of CDR to \S+ +(\d+ of [\d,]+|\d+%)", agent.screen), "how far it is"
        await agent.pilot.press("enter")
        await agent.pilot.pause(0.1)
        assert agent.message == "The export was cancelled; no file was written."
        for _ in range(40):
            if not os.listdir(out):
                break
            await asyncio.sleep(0.1)
        assert os.listdir(out) == []
        count = len(pages)
        await asyncio.sleep(0.3)
        assert len(pages) <= count + 1


async def test_a_full_disk_is_reported_and_the_dialog_opens_again(
    settings: Settings, folders: Folders, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(planning, "pages", full)
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("x")
        await name_file(agent, str(out / "typed.csv"))
        await agent.press("ctrl+s")
        assert "The disk is full" in agent.screen
        assert "typed.csv" in agent.screen
        assert "Export Customers" in agent.screen
        assert os.listdir(out) == []


async def test_a_partner_exports_only_its_own(settings: Settings, folders: Folders, out: Path) -> None:
    import dataclasses

    async with agent_at(dataclasses.replace(settings, operator="meridian"), folders, "customers") as agent:
        assert agent.app.services.operator is not None
        await agent.press("x", "ctrl+s")
        found = {int(row["id"]) for row in read(out / "customers-2026-03-02.csv")}
        assert found == set(agent.column("id"))
        assert set(agent.column("partner_id")) == {agent.app.services.operator.partner_id}
