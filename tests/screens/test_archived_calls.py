"""The archive as a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import Archive
from partnertui.db.archive.write_months import archive_months
from partnertui.db.database import open_database


async def test_it_lists_filters_and_opens(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    database = open_database(settings.database_url)
    months = list(archive_months(database, tmp_path / "archive", datetime(2026, 3, 1, tzinfo=UTC)))
    database.close()
    archived = replace(settings, archive=Archive(str(tmp_path / "archive")))
    async with agent_at(archived, folders, "archived-calls") as agent:
        assert f"of {sum(month.calls for month in months):,}" in agent.screen
        await agent.press("slash")
        await agent.type("result:busy")
        await agent.press("enter")
        assert set(agent.column("disposition")) == {"busy"}
        await agent.press("end", "enter")
        assert "Result               busy" in agent.screen


async def test_without_files_it_says_what_to_do(settings: Settings, folders: Folders, tmp_path: Path) -> None:
    for folder, words in (
        ("", "No archive is configured."),
        (str(tmp_path / "none"), "There are no archived calls in"),
    ):
        async with agent_at(replace(settings, archive=Archive(folder)), folders, "archived-calls") as agent:
            assert words in agent.screen
            assert "offline" not in agent.screen
