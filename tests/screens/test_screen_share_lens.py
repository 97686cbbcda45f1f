"""The screen-share lens: nothing that names anybody is on any screen, and the same thing has the same mask."""

from __future__ import annotations

import bisect
import dataclasses
import re
from functools import partial

import pytest
from sqlalchemy import Connection, Table, select
from tests.screens.driving import Agent, agent_at

from partnertui import screens
from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Base, load_all
from partnertui.db.names_to_mask import known_names
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal import screen_share_masking

CATALOG = screens.find()
PERSONAL = re.compile(r"(?:^|_)(?:ip|number|phone|mobile|email|contact|aor|mac|address|username)$|_ip$|^dst_|^src_")
FEWEST_DIGITS = 7
HALF = 5
"""Letters of a beginning that tell whose name it is."""
SHORTEST = 4
"""Letters of the names that are looked for; the demo's shorter ones are parts of words."""


@dataclasses.dataclass(frozen=True)
class Secrets:
    """Everything in the demo that names somebody: names and addresses in lower case, numbers as digits alone."""

    names: tuple[str, ...]
    numbers: frozenset[str]

    def in_text(self, text: str) -> list[str]:
        """What of it is in a text, also broken over lines, or cut off."""
        shown = text.casefold()
        flat = " ".join(shown.split())
        found = [name for name in self.names if name in flat and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", flat)]
        digits = [re.sub(r"\D", "", run) for run in re.findall(r"\+?\d(?:[ ().-]?\d){6,}", shown)]
        return found + [number for number in digits if number in self.numbers] + self._beginnings(shown)

    def _beginnings(self, shown: str) -> list[str]:
        cells = [cell[-40:] for cell in re.findall(r"([^\n…│]+)…", shown)]
        starts = [cell.split("  ")[-1][place:] for cell in cells for place in range(len(cell.split("  ")[-1]) - HALF)]
        following = ((start, bisect.bisect_left(self.names, start)) for start in starts if start[0].isalnum())
        return [start for start, place in following if "".join(self.names[place : place + 1]).startswith(start)]


_found: list[Secrets] = []


def secrets(settings: Settings) -> Secrets:
    """The secrets of the demo, read once: every test has a copy of the same."""
    if not _found:
        load_all()
        database = open_database(settings.database_url)
        names = {" ".join(name.split()).casefold() for name in database.read(known_names)}
        tables = Base.metadata.sorted_tables
        values = set[str]().union(*(database.read(partial(personal, table)) for table in tables))
        database.close()
        words = {text.casefold() for text in values if re.search(r"@|\d\.\d+\.\d|:.*:", text)}
        digits = {re.sub(r"\D", "", text) for text in values if re.fullmatch(r"\+?[\d ]+", text)}
        long = tuple(sorted(name for name in names | words if len(name) >= SHORTEST))
        _found.append(Secrets(long, frozenset(one for one in digits if len(one) >= FEWEST_DIGITS)))
    return _found[0]


def personal(table: Table, connection: Connection) -> set[str]:
    """What a table's columns hold that name somebody."""
    columns = [column for column in table.columns if PERSONAL.search(column.name)]
    values = (value for column in columns for value in connection.execute(select(column).distinct()).scalars())
    return {value for value in values if isinstance(value, str)}


def leaks(agent: Agent, settings: Settings) -> list[str]:
    """What the screen shows of anybody."""
    return secrets(settings).in_text(agent.screen)


async def put_on(agent: Agent) -> None:
    """Puts the lens on, and waits until it says so."""
    await agent.press("grave_accent")
    assert "are masked" in agent.message
    await agent.press()


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
async def test_no_screen_shows_anybody(size: tuple[int, int], settings: Settings, folders: Folders) -> None:
    """Lists and records of all screens, which an admin sees, in one session."""
    settings = dataclasses.replace(settings, operator="admin")
    async with agent_at(settings, folders, "customers", size) as agent:
        await put_on(agent)
        assert " masked " in agent.screen
        for screen in CATALOG.screens:
            agent.app.services.open(Location(screen))
            await agent.press()
            assert agent.view.location.screen == screen
            assert leaks(agent, settings) == [], screen
            if agent.view.table.window.rows and screen != "settings":
                await agent.press("enter")
                assert leaks(agent, settings) == [], screen
                if size[0] == 80:  # where most of a record is below the screen
                    await agent.press("end")
                    assert leaks(agent, settings) == [], screen


async def test_without_it_they_are_found(settings: Settings, folders: Folders) -> None:
    """Or else the test above would see nothing."""
    for screen, kinds in (("customers", 3), ("sip-locations", 3), ("sessions", 2)):
        async with agent_at(settings, folders, screen, (200, 60)) as agent:
            assert len(leaks(agent, settings)) > kinds


async def test_the_same_mask_for_the_same_person_until_it_is_off(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (160, 50)) as agent:
        before, company = agent.screen.split("\n"), agent.view.table.window.row["company"]
        assert company in agent.screen
        await put_on(agent)
        mask = screen_share_masking.masked(company)
        assert re.fullmatch(r"name \d+", mask)
        assert f"{mask} " in agent.screen
        await agent.press("enter")
        assert f"{mask} " in agent.screen
        agent.app.services.open(Location("users"))
        await agent.press("left_square_bracket", "left_square_bracket")
        assert f"{mask} " in agent.screen
        await agent.press("f11")
        assert "shown again" in agent.message
        assert agent.screen.split("\n")[2:10] == before[2:10]


async def test_what_is_edited_is_stored_as_it_was(settings: Settings, folders: Folders) -> None:
    """Masks are on screen alone: a form holds, and saves, the values themselves."""
    async with agent_at(settings, folders, "customers", (160, 50)) as agent:
        row = dict(agent.view.table.window.row)
        await put_on(agent)
        await agent.press("e")
        assert leaks(agent, settings) == []
        await agent.press("ctrl+s")
        await agent.press("f5")
        assert agent.view.table.window.row["company"] == row["company"]
        assert agent.view.table.window.row["email"] == row["email"]


@pytest.mark.parametrize("keys", ["n", "ctrl+k", "full_stop", "h", "e"])
async def test_no_dialog_shows_anybody(keys: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (120, 40)) as agent:
        await put_on(agent)
        await agent.press(keys)
        assert leaks(agent, settings) == []


def test_the_secrets_are_all_there(settings: Settings) -> None:
    found = secrets(settings)
    assert len(found.names) > 200
    assert len(found.numbers) > 200
    company = next(name for name in found.names if " " in name)
    assert found.in_text(f"  1  {company[:9]}…  active") == [company[:9]]
