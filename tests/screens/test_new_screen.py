"""A screen more is one folder: menu, key, help, palette, name and the common tests come from its declaration."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.screens import test_every_screen as common
from tests.screens.driving import agent_at

from partnertui import screens
from partnertui.config import Folders, Settings

ENTRY = '''"""Ring groups: who rings, in which order."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Hunt groups", "Routing", "z", "Who rings, and in which order.")
'''
PAGE = '''"""The screen of ring groups."""

from sqlalchemy import select

from partnertui.db.rows.note_count import note_count
from partnertui.db.models import Customer, RingGroup
from partnertui.domain.pbx_enums import RingStrategy
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.kinds import Choice, Seconds
from partnertui.kit.declare.page import Column, Page


def hunt_groups():
    return select(
        RingGroup.id, RingGroup.name, RingGroup.extension, RingGroup.strategy, RingGroup.ring_time,
        RingGroup.customer_id, Customer.company.label("customer"), RingGroup.partner_id, note_count(RingGroup),
    ).join(Customer, Customer.id == RingGroup.customer_id)


def say_name(context):
    context.services.notify(f"Rings: {context.row['name']}", "good")


PAGE = Page(
    rows=hunt_groups,
    columns=(
        Column("name", width=22),
        Column("customer", link="customers"),
        Column("extension", width=6),
        Column("strategy", Choice(RingStrategy)),
        Column("ring_time", Seconds()),
    ),
    search=("name", "extension"),
    sort="name",
    actions=(Action("hunt-groups.edit", "Say its name", say_name, ("e",), "name", rows="one"),),
    title=lambda row: row["name"],
    table="ring_groups",
)
'''


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder beside the program's own with one screen in it."""
    place = tmp_path_factory.mktemp("more")
    screen = place / "hunt_groups"
    screen.mkdir()
    (screen / "__init__.py").write_text(ENTRY)
    (screen / "page.py").write_text(PAGE)
    monkeypatch.setattr(screens, "__path__", [*screens.__path__, str(place)])
    monkeypatch.setattr(common, "CATALOG", screens.find())
    yield place
    for name in [name for name in sys.modules if name.startswith("partnertui.screens.hunt_groups")]:
        del sys.modules[name]


async def test_menu_key_name_palette_help(folder: Path, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (140, 40)) as agent:
        assert "Hunt groups" in agent.screen
        await agent.press("g", "z")
        assert agent.view.location.screen == "hunt-groups"
        assert "e name" in agent.screen
        await agent.press("question_mark")
        assert "Say its name" in agent.screen
        assert "Who rings, and in which order." in agent.screen
        await agent.press("escape", "e")
        assert agent.message.startswith("Rings: ")
    await common.test_opens_by_key_name_and_palette(("hunt-groups",), settings, folders)


async def test_common_tests_hold(folder: Path, settings: Settings, folders: Folders) -> None:
    source = common.Source(settings, folders, "hunt-groups")
    common.test_sorts_by_every_column_both_ways("hunt-groups", source)
    common.test_filters_by_every_column("hunt-groups", source)
    for test in (
        common.test_sorts_and_filters_on_screen,
        common.test_pages_to_the_end_and_back,
        common.test_scope_narrows_and_clears,
        common.test_note_and_history,
    ):
        await test("hunt-groups", settings, folders)


MISTAKES = {
    '"name", width=22': ('"nmae", width=22', "hunt-groups: column nmae isn't in its select"),
    'link="customers"': ('link="customer"', "hunt-groups: column customer links to “customer”, which isn't a screen"),
    "Seconds()": ("Seconds", "hunt-groups: column ring_time has the kind Seconds without parentheses: write Seconds()"),
    'sort="name"': ('sort="-nmae"', "hunt-groups: sort names “nmae”, which isn't one of its columns"),
    '("name", "extension")': ('("name", "ext")', "hunt-groups: search names “ext”, which isn't one of its columns"),
    'table="ring_groups"': (
        'panels=(Panel("Calls", "cdr", "hunt_group_id"),), table="ring_groups"',
        "hunt-groups: panel Calls names hunt_group_id, which cdr doesn't have",
    ),
    "RingGroup.id, ": ("", "hunt-groups: its select has no column labelled id"),
}


@pytest.mark.parametrize("right", MISTAKES)
def test_a_wrong_declaration_is_named(folder: Path, right: str, capsys: pytest.CaptureFixture[str]) -> None:
    from partnertui.cli import main

    wrong, words = MISTAKES[right]
    text = PAGE.replace("import Column, Page", "import Column, Page, Panel")
    (folder / "hunt_groups" / "page.py").write_text(text.replace(right, wrong))
    assert main(["--dir", str(folder), "screens", "--check"]) == 1
    assert words in capsys.readouterr().out.splitlines()


def test_a_key_that_is_taken_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from partnertui.cli import main

    (folder / "hunt_groups" / "__init__.py").write_text(ENTRY.replace('"z"', '"c"'))
    sys.modules.pop("partnertui.screens.hunt_groups", None)
    assert main(["--dir", str(folder), "screens", "--check"]) == 1
    assert "customers, hunt-groups: all have the key c" in capsys.readouterr().out


def test_listed_on_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from partnertui.cli import main

    assert main(["--dir", str(tmp_path), "screens", "--json"]) == 0
    listed = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert listed["hunt-groups"]["key"] == "g z"
