"""Columns fit the width and the scope, and are chosen, ordered and sized by keys."""

from __future__ import annotations

import pytest
from tests.screens.driving import Agent, agent_at
from textual.geometry import Size

from partnertui.config import Folders, Settings
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.screens import find

CATALOG = find()
WANTED = {
    "statements": ("customer", "debit", "credit", "balance_after"),
    "support": ("state", "sla_due_at", "subject", "customer"),
    "cdr": ("disposition", "source_number", "destination_number", "customer"),
    "customers": ("company", "status", "credit"),
    "sessions": ("customer", "ip"),
    "chats": ("customer", "ip"),
    "credit-cards": ("customer", "expires", "status"),
    "ddis": ("customer", "target", "state"),
    "payments": ("customer", "amount", "state", "failure_code"),
}


def shown(agent: Agent) -> list[str]:
    """The columns on the screen, from the left."""
    return [slot.column.name for slot in agent.view.table.arrangement.slots]


@pytest.mark.parametrize("screen", tuple(CATALOG.screens))
async def test_what_a_screen_is_for_is_visible(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, screen, (80, 24)) as agent:
        columns = [column for column in agent.view.page.columns if not column.while_searching]
        needed = {column.name for column in columns if column.priority == 1}
        assert needed | set(WANTED.get(screen, ())) <= set(shown(agent))
        for _ in range(8):
            for row in agent.view.table.window.rows[agent.view.table.window.top :][: agent.view.table.visible_lines]:
                for slot in agent.view.table.arrangement.slots[:-1]:
                    if not slot.column.kind.flex:  # half a number is a wrong number
                        text = slot.column.kind.text(row.get(slot.column.name), row)
                        assert len(text) <= slot.width, slot.column.name
            await agent.press("pagedown")


async def test_every_column_is_reached_by_scrolling(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        columns = [column.name for column in agent.view.table.columns]
        for name in columns[1:]:
            await agent.press("right")
            assert agent.view.table.column.name == name
            assert name in shown(agent)


async def test_the_scoped_customer_gives_way(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sounds", (80, 24)) as agent:
        assert "customer" in shown(agent)
        await agent.press("c")
        assert "customer" not in [column.name for column in agent.view.table.columns]
        await agent.press("C")
        assert "customer" in shown(agent)
        fixed = FixedFilter("customer_id", agent.view.table.window.row["customer_id"], "Customer")
        agent.app.services.open(Location("users", fixed_filters=(fixed,)))
        await agent.press()
        assert "customer" not in [column.name for column in agent.view.table.columns]


async def test_columns_are_chosen_ordered_and_sized(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "sounds", (80, 24)) as agent:
        await agent.press("o", "down", "space")
        assert "name" not in [column.name for column in agent.view.table.columns]
        await agent.press("0", "down", "shift+down")
        assert shown(agent)[:3] == ["id", "customer", "name"]
        await agent.press("greater_than_sign", "greater_than_sign")
        assert "cells wide" in agent.screen
        wide = agent.view.table.arrangement.slots[2].width
        await agent.press("escape")
        await agent.press("right", "right", "shift+left")
        assert shown(agent)[:3] == ["id", "name", "customer"]
        assert agent.view.table.column.name == "name"
        assert agent.view.table.arrangement.slots[1].width == wide
        kept = agent.app.services.saved_state.get("lists", "sounds", default={})
        assert kept["columns"][:2] == ["id", "name"]
        assert kept["widths"] == {"name": wide}


async def test_words_stay_whole_beside_an_empty_half(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        row = dict(agent.view.table.window.row)
        row["call_id_a"] = "a" * 70 + "@198.51.100.17"
        await agent.press("enter")
        agent.view.row = row
        agent.view.paint()
        left, right = agent.view.body.lines.sides
        assert any(row["call_id_a"] in piece for line in left for piece, _ in line.pieces)
        assert right
        assert agent.view.body.widths()[1] >= 44


async def test_the_last_row_has_its_number(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        await agent.press("G")
        total = agent.view.feed.total.number
        assert f"{total:,} of {total:,}" in agent.screen
        await agent.press("up")
        assert f"{total - 1:,} of {total:,}" in agent.screen


@pytest.mark.parametrize("screen", [name for name in CATALOG.screens if CATALOG.page(name).tabs])
async def test_tabs_have_counts_at_every_size(screen: str, settings: Settings, folders: Folders) -> None:
    for width in (80, 140):
        async with agent_at(settings, folders, screen, (width, 24)) as agent:
            line = "".join(text for text, _, _ in agent.view.top.pieces())
            assert len(line) <= width
            for tab, count in zip(agent.view.top.tabs, agent.view.top.counts, strict=True):
                shortened = f"{int(count.rstrip('+').replace(',', '')) / 1000:.9f}"[:3] + "k"
                assert f"{tab} {count} " in line or f"{tab} {shortened} " in line


async def test_moving_along_columns_before_the_first_layout_ends(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table without a width shows no column: looking for the one that is current must not go on for ever."""
    async with agent_at(settings, folders, "customers") as agent:
        table = agent.view.table
        with monkeypatch.context() as patched:
            patched.setattr(type(table), "size", Size(0, 0))
            table._painter = None
            for _ in range(5):
                table.sideways(1)
        table._painter = None
        assert table.column is not None
