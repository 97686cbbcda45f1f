"""Every screen does what all screens do: opens, filters, sorts, pages, shows a record, history and notes."""

from __future__ import annotations

import dataclasses
import itertools
from argparse import Namespace
from contextlib import closing
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from tests.screens.driving import Agent, agent_at

from partnertui import screens
from partnertui.commands import export
from partnertui.config import Folders, Settings
from partnertui.db.connected_operator import find_operator
from partnertui.db.database import open_database
from partnertui.db.rows.listing import PageOfRows
from partnertui.kit.declare.kinds import Kind
from partnertui.kit.declare.view_location import Location
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.views.headless_services import headless_context
from partnertui.kit.views.page_row_source import source_of

CATALOG = screens.find()
IDS = tuple(CATALOG.screens)
STORED = tuple(name for name in IDS if CATALOG.page(name).table and not CATALOG.page(name).source)
"""Screens whose records are ours, so that they can be deleted while somebody looks at them."""


class ScreenText(SingleFileSnapshotExtension):
    """One text file a picture; `make snapshots` writes them, to be looked at before they are committed."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
@pytest.mark.parametrize("screen", IDS)
async def test_looks_as_it_did(
    screen: str, size: tuple[int, int], settings: Settings, folders: Folders, snapshot: SnapshotAssertion
) -> None:
    pictures = snapshot.use_extension(ScreenText)
    async with agent_at(settings, folders, screen, size) as agent:
        assert agent.screen == pictures
        if agent.view.table.window.rows:
            await agent.press("enter")
            assert agent.screen == pictures(name="record")


def test_declarations_have_no_mistakes() -> None:
    from partnertui.kit.declare.check_declarations import mistakes

    assert mistakes(CATALOG) == []


def ordered(kind: Kind[Any], values: list[object]) -> bool:
    """True where values rise; rows without one come last."""
    there = [value for value in values if value is not None]
    return all(value is None for value in values[len(there) :]) and all(
        not second < first  # type: ignore[operator]
        for first, second in itertools.pairwise(there)
    )


@dataclasses.dataclass
class Source:
    """What a screen reads, without the screen: as `partnertui export` asks for it."""

    settings: Settings
    folders: Folders
    screen: str

    def rows(self, sort: str = "", filter: str = "") -> PageOfRows:
        """The first rows in an order, and those of a filter as it is typed."""
        page = CATALOG.page(self.screen)
        arguments = Namespace(screen=self.screen, sort=sort, filter=filter, customer=None, tab="")
        with closing(open_database(self.settings.database_url)) as database:
            operator = database.read(lambda connection: find_operator(connection, self.settings.operator))
            context = headless_context(self.settings, self.folders, CATALOG, self.screen, operator=operator)
            country = self.settings.default_country
            plan = export.planned(arguments, page, source_of(page, context), database, operator, country)
            return database.read(lambda connection: plan.source.fetch_page(connection, plan.listing))


@pytest.fixture
def source(screen: str, settings: Settings, folders: Folders) -> Source:
    """The source of the screen that a test is about."""
    return Source(settings, folders, screen)


@pytest.mark.parametrize("screen", IDS)
def test_sorts_by_every_column_both_ways(screen: str, source: Source) -> None:
    for column in CATALOG.page(screen).columns:
        if not column.sortable:
            continue
        for sign in ("", "-"):
            values = [row[column.name] for row in source.rows(sort=f"{sign}{column.name}").rows]
            if sign:
                values = [value for value in reversed(values) if value is not None]
            if not any(isinstance(value, str) for value in values):
                assert ordered(column.kind, values), column.name


@pytest.mark.parametrize("screen", IDS)
def test_filters_by_every_column(screen: str, source: Source) -> None:
    """The value of a cell, typed as it is shown, finds the row that it came from."""
    rows = source.rows().rows
    for column in CATALOG.page(screen).asked:
        row = next((row for row in rows if row.get(column.name) not in (None, "")), None)
        if row is None:
            continue
        typed = column.kind.input_text(row[column.name])
        found = source.rows(filter=f'{column.name}:"{typed}"')
        assert row["id"] in {one["id"] for one in found.rows} or found.more, (column.name, typed)


@pytest.mark.parametrize("screen", IDS)
async def test_sorts_and_filters_on_screen(screen: str, settings: Settings, folders: Folders) -> None:
    """By one column, with the keys: what each column does is its source's."""
    async with agent_at(settings, folders, screen) as agent:
        view = agent.view
        before = view.state.sort, view.state.descending
        await agent.press("s")
        assert view.error is None
        assert (view.state.sort, view.state.descending) != before or agent.message
        rows = list(view.table.window.rows)
        column = next((one for one in view.page.asked if rows and rows[0].get(one.name) not in (None, "")), None)
        if column is None:
            return
        await agent.press("slash")
        await agent.type(f'{column.name}:"{column.kind.input_text(rows[0][column.name])}"')
        await agent.press("enter")
        assert view.bar.mistake == ""
        assert view.error is None
        assert rows[0]["id"] in agent.column("id") or view.table.window.more_after


@pytest.mark.parametrize("screen", IDS)
async def test_pages_to_the_end_and_back(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, screen) as agent:
        first = agent.column("id")[:1]
        await agent.press("end")
        if agent.view.feed.total is not None and agent.view.feed.total.exact and agent.view.table.window.number:
            assert agent.view.table.window.number == agent.view.feed.total.number
        last = agent.view.table.window.row
        await agent.press("pageup", "pageup", "home")
        assert agent.column("id")[:1] == first
        await agent.press("pagedown", "end")
        assert agent.view.table.window.row == last


@pytest.mark.parametrize("screen", IDS)
async def test_note_and_history(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, screen) as agent:
        if not agent.view.page.table or not agent.view.table.window.rows:
            await agent.press("n")
            assert agent.message
            assert len(agent.app.screen_stack) == 1
            return
        await agent.press("n")
        await agent.type("Rang them, all well")
        await agent.press("ctrl+s")
        assert agent.message == "Note added."
        await agent.press("enter")
        await agent.press("end")
        beside = agent.view.pane if screen == "support" else agent.view.body
        lines = [piece for side in beside.lines.sides for line in side for piece, _ in line.pieces]
        assert any("Rang them, all well" in one_line(piece) for piece in lines)
        await agent.press("N")
        await agent.type("!")
        await agent.press("ctrl+s")
        assert agent.message == "Note saved."
        await agent.press("escape", "h")
        assert "History of" in agent.screen


@pytest.mark.parametrize("screens", [IDS[start::8] for start in range(8)], ids="-".join)
async def test_opens_by_key_name_and_palette(screens: tuple[str, ...], settings: Settings, folders: Folders) -> None:
    """Several in one program: what is tested is the way to them."""
    async with agent_at(settings, folders, "users", (80, 24)) as agent:
        for screen in screens:
            entry, start = CATALOG.screens[screen].entry, agent.view.location
            if entry.key and screen != start.screen:
                await agent.press("g", entry.key)
                assert agent.view.location.screen == screen
                await agent.press("left_square_bracket")
                assert agent.view.location == start
            await agent.press("colon")
            await agent.type(entry.title)
            await agent.press("enter")
            assert agent.view.location.screen == screen
            await agent.press("g", CATALOG.screens["users"].entry.key)
            await agent.press("ctrl+p")
            await agent.type(f"Go to {entry.title}")
            await agent.press("enter")
            assert agent.view.location.screen == screen


@pytest.mark.parametrize("screen", IDS)
async def test_scope_narrows_and_clears(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("down", "c")
        agent.app.services.open(Location(screen))
        await agent.press()
        scope = agent.app.services.scope
        field = "id" if screen == "customers" else "customer_id"
        if agent.view.page.scope:
            assert scope is not None
            assert set(agent.column(field)) <= {scope.record_id}
            assert scope.name in agent.screen
        await agent.press("C")
        assert agent.app.services.scope is None


async def hint_keys(agent: Agent) -> list[str]:
    """The keys that the footer shows."""
    return [key for key, _, _ in agent.app.footer._shown]


async def login_of(settings: Settings, role: str) -> str:
    """Somebody with that role in the demo data."""
    from sqlalchemy import select

    from partnertui.db.database import open_database
    from partnertui.db.models import OperatorAccount

    database = open_database(settings.database_url)
    query = select(OperatorAccount.login).where(OperatorAccount.role == role, OperatorAccount.enabled)
    login = database.read(lambda connection: connection.execute(query.order_by(OperatorAccount.id)).scalars().first())
    database.close()
    assert login is not None, f"nobody is {role} in the demo data"
    return login


@pytest.mark.parametrize("role", ["support", "development", "partner", "admin"])
async def test_every_role_sees_only_its_own_rows(role: str, settings: Settings, folders: Folders) -> None:
    """All screens in one session, as large as a wide terminal; a partner never sees a row of another's."""
    settings = dataclasses.replace(settings, operator=await login_of(settings, role))
    async with agent_at(settings, folders, "customers", (200, 60)) as agent:
        mine = agent.app.services.operator.partner_id
        for screen, listed in CATALOG.screens.items():
            agent.app.services.open(Location(screen))
            await agent.press()
            if listed.entry.permission and role not in listed.entry.permission:
                assert agent.message.startswith(f"{listed.entry.title} is for ")
                assert agent.view.location.screen != screen
                continue
            assert agent.view.location.screen == screen
            assert agent.view.error is None, screen
            rows = agent.view.table.window.rows
            if role == "partner" and agent.view.page.owner:
                assert {row[agent.view.page.owner] for row in rows} <= {mine}, screen
            if rows and screen != "settings":
                await agent.press("enter")
                leads_to = rows[0]["record"] if screen == "today" else rows[0]["id"]
                assert agent.view.location.record == leads_to, screen
                assert agent.view.error == "", screen
                await agent.press("escape")


@pytest.mark.parametrize("screen", STORED)
async def test_a_record_deleted_meanwhile_is_reported(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, screen) as agent:
        assert agent.view.table.window.rows, "there is nothing to delete"
        await agent.press("enter")
        title = one_line(agent.view.page.title(agent.view.row))
        delete(settings, agent.view.page.table, agent.view.location.record)
        await agent.press("f5")
        assert agent.view.error == "This record was deleted; its last state is still shown."
        assert title[:20] in agent.screen


def delete(settings: Settings, table: str, record: int) -> None:
    """Delete like another user would; references to the row don't matter here."""
    import sqlite3

    connection = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"))
    connection.execute(f"DELETE FROM {table} WHERE id = ?", (record,))
    connection.commit()
    connection.close()
