"""Reading: history in words, what is copied, what is remembered, names of files, width of hits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.views.notes_and_history import change_lines
from partnertui.kit.widgets.picker import Picker
from partnertui.screens import find

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
CUSTOMERS = find().page("customers")


def changed(**changes: list[object]) -> list[str]:
    """The lines of a change of a customer."""
    entry = {"at": NOW, "operator_name": "Ann", "action": "changed", "changes": changes}
    lines = change_lines(entry, 200, CUSTOMERS, {"currency": "GBP"})
    return ["".join(text for text, _ in line.pieces).strip() for line in lines]


def test_history_is_in_words() -> None:
    assert changed(
        status=["trial", "active"],
        credit=[1_500_000, 2_000_000],
        trial_ends_at=["2026-03-01T09:00:00+00:00", "2026-03-09T09:00:00"],
        auto_top_up=[False, True],
        phone=["441914980777", None],
        street=["Same", "Same"],
        price_plan_id=[1, 2],
    ) == [
        "2026-03-02 10:30  Ann changed",
        "Status: trial → active",
        "Credit: £1.50 → £2.00",
        "Trial ends: 2026-03-01 09:00 → 2026-03-09 09:00",
        "Auto top-up: no → yes",
        "Phone: +441914980777 → (empty)",
        "Price plan: 1 → 2",
    ]


def copies(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is copied from now on, and what is said of it."""
    copied: list[tuple[str, str]] = []
    monkeypatch.setattr(agent.app.services, "copy", lambda text, what: copied.append((text, what)))
    return copied


async def test_the_raw_value_is_copied(settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        copied = copies(agent, monkeypatch)
        row = agent.view.table.window.row
        await agent.press("y", "right", "right", "y", "Y", "enter", "y", "down", "down", "y")
        start = row["started_at"].astimezone(UTC).isoformat().replace("+00:00", "Z")
        number = agent.view.page.column("source_number").kind.text(row["source_number"])
        assert copied[0] == (start, f"Start “{start}”")
        assert copied[1] == (number, f"From “{number}”")
        assert copied[2][0].split("\t")[:1] == [start]
        assert copied[3][0] == start
        assert copied[4] == (number, f"From “{number}”")


async def test_call_id_and_number_are_in_the_menu_of_the_row(
    settings: Settings, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for screen in ("cdr", "live", "sip-locations", "ddis", "users"):
        async with agent_at(settings, folders, screen, (80, 40)) as agent:
            await agent.press("full_stop")
            await agent.type("copy ")
            assert "Copy number" in agent.screen
            assert "Copy Call-ID" in agent.screen
    async with agent_at(settings, folders, "ddis") as agent:
        copied = copies(agent, monkeypatch)
        await agent.press("full_stop")
        await agent.type("copy number")
        await agent.press("enter")
        assert copied[0][0] == "+" + agent.view.table.window.row["number"]


async def test_the_order_of_the_moment_is_forgotten(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "users") as agent:
        await agent.press("right", "s", "v", "enter")
        await agent.type("mine")
        await agent.press("ctrl+s")
        assert agent.view.state.descending
        assert "sort" not in agent.app.services.saved_state.get("lists", "users", default={})
        saved = agent.app.services.saved_state.get("views", "users", default={})
        assert (saved["mine"]["sort"], saved["mine"]["descending"]) == ("name", True)


async def test_the_name_of_an_export_says_what_was_filtered(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("tab", "slash", *"start:today", "enter", "x")
        assert "cdr-dialled-start-today-" in agent.screen


async def test_hits_use_the_width(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (140, 40)) as agent:
        await agent.press("ctrl+f")
        await agent.type("a")
        assert isinstance(agent.app.screen, Picker)
        assert agent.app.screen.choices.size.width > 120


async def test_all_screens_with_a_key_are_shown_at_once(settings: Settings, folders: Folders) -> None:
    catalog = find()
    async with agent_at(settings, folders, "users", (80, 24)) as agent:
        await agent.press("g")
        await agent.pilot.pause(0.8)
        for listed in catalog.visible("support").values():
            if listed.entry.key:
                assert f" {key_label(listed.entry.key)}  {listed.entry.title}" in agent.screen
        await agent.press("P")
        assert agent.view.location.screen == "payments"
        await agent.press("g")
        await agent.pilot.pause(0.8)
        await agent.press("escape")
        assert agent.view.location.screen == "payments"
