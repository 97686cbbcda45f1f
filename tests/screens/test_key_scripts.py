"""Keys that arrive together do what they do one at a time: random scripts, sent both ways, end in the same screen.

`KEY_SCRIPTS=500 pytest tests/screens/test_key_scripts.py` runs 500 of them.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.screens.key_scripts import in_one_write, keep_packets_here, one_by_one, random_script, shown

from partnertui.app import PartnerApp
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.kit.views.lists.filter_line import TYPING_PAUSE_SECONDS
from partnertui.screenshot import settle

ROUNDS = int(os.environ.get("KEY_SCRIPTS", "3"))


async def end_of(
    send: Callable[[PartnerApp, list[str]], Awaitable[None]], keys: list[str], database: Path, folder: Path
) -> dict[str, Any]:
    folders = Folders.inside(folder)
    folders.make()
    shutil.copyfile(database, folder / "partnertui.db")
    url = f"sqlite:///{folder / 'partnertui.db'}"
    settings = replace(Settings(), database=DatabaseSettings(url=url), theme="dark", operator="ann")
    app = PartnerApp(settings, folders, "customers")
    async with app.run_test(size=(100, 30)):
        await settle(app)
        await send(app, keys)
        await settle(app)
        await asyncio.sleep(2 * TYPING_PAUSE_SECONDS)  # a filter that is still being typed runs after a pause
        await settle(app)
        return shown(app)


@pytest.mark.parametrize("seed", range(ROUNDS))
async def test_a_script_ends_in_the_same_screen(
    seed: int, demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_packets_here(monkeypatch)
    keys = random_script(seed)
    slow = await end_of(one_by_one, keys, demo_file, tmp_path / "slow")
    fast = await end_of(in_one_write, keys, demo_file, tmp_path / "fast")
    assert fast == slow, keys
