"""No dead ends: what a record names leads to it, and from a customer one key leads to each of its lists."""

from __future__ import annotations

import pytest
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.domain.pbx_enums import TargetType
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.declare.view_location import Location
from partnertui.screens.shared.routing_steps import SCREENS


def lines(agent: Agent) -> list[Line]:
    """All lines of the record in front."""
    return [line for side in agent.view.body.lines.sides for line in side]


async def record(agent: Agent, screen: str, row_id: object) -> list[Line]:
    """The lines of a record, all read."""
    agent.app.services.open(Location(screen, row_id))
    await agent.press()
    assert agent.view.error == ""
    return lines(agent)


@pytest.mark.parametrize("screen", ["ddis", "routing-rules", "ring-groups"])
async def test_targets_are_links(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, screen) as agent:
        found = {row.get("route_type") or row.get("target_type"): row for row in agent.view.table.window.rows}
        kinds = [kind for kind in found if TargetType(kind) in SCREENS and found[kind]["target_id"] is not None]
        assert kinds
        for kind in kinds:
            facts = await record(agent, screen, found[kind]["id"])
            line = next(line for line in facts if line.name == "Target")
            assert line.target == Location(SCREENS[TargetType(kind)], found[kind]["target_id"])
            await record(agent, line.target.screen, line.target.record)
            await agent.press("escape", "escape")


async def test_routed_here(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ddis") as agent:
        for row in list(agent.view.table.window.rows):
            screen = SCREENS.get(TargetType(row["route_type"]))
            if screen in {"ivrs", "ring-groups", "users"} and row["target_id"] is not None:
                found = await record(agent, screen, row["target_id"])
                assert Location("ddis", row["id"]) in [line.target for line in found], (screen, row["number"])
                if screen == "ivrs":
                    break


async def test_a_sound_names_the_menus_that_play_it(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "ivrs") as agent:
        row = next(row for row in agent.view.table.window.rows if row["welcome_sound_id"] is not None)
        found = await record(agent, "sounds", row["welcome_sound_id"])
        assert Location("ivrs", row["id"]) in [line.target for line in found]


async def test_money_is_tied_together(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "payments") as agent:
        paid = next(
            row for row in agent.view.table.window.rows if row["transaction_id"] and row["state"] == "completed"
        )
        transaction = Location("transactions", paid["transaction_id"])
        screens = {line.target.screen for line in await record(agent, "payments", paid["id"]) if line.target}
        assert {"transactions", "transaction-items"} <= screens
        assert transaction in [line.target for line in lines(agent)], "also where it has no invoice number"
        found = await record(agent, "transactions", paid["transaction_id"])
        item = next(line.target for line in found if line.target and line.target.screen == "transaction-items")
        back = [line.target for line in await record(agent, "transaction-items", item.record)]
        assert transaction in back
        assert Location("payments", paid["id"]) in back


async def test_a_call_and_its_statement_line_lead_to_each_other(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "statements") as agent:
        row = next(row for row in agent.view.table.window.rows if row["cdr_id"] is not None)
        assert Location("cdr", row["cdr_id"]) in [line.target for line in await record(agent, "statements", row["id"])]
        assert Location("statements", row["id"]) in [line.target for line in await record(agent, "cdr", row["cdr_id"])]


JUMPS = {
    "d": "cdr",
    "l": "sip-locations",
    "number_sign": "support",
    "u": "users",
    "b": "ddis",
    "dollar_sign": "payments",
    "percent_sign": "statements",
    "plus": "basket",
    "asterisk": "live",
    "H": "customer-phones",
}


async def test_one_key_from_the_customer_to_its_lists(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (80, 24)) as agent:
        customer = agent.view.table.window.row["id"]
        for key, screen in JUMPS.items():
            await agent.press(key)
            assert agent.view.location.screen == screen, key
            assert set(agent.column("customer_id")) <= {customer}
            await agent.press("escape")
        for key, screen in (("v", "voicemail"), ("i", "ivrs"), ("R", "routing-rules"), ("C", "credit-cards")):
            await agent.press("z", key)
            assert agent.view.location.screen == screen, key
            assert set(agent.column("customer_id")) <= {customer}
            await agent.press("escape")
