"""The list of calls: all of them first, where a jump leads, one fact for a code, and people told apart."""

from __future__ import annotations

from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.kit.declare.view_location import FixedFilter, Location
from partnertui.kit.views.headless_services import HeadlessServices
from partnertui.screens import find
from partnertui.screens.shared.call_trace.host_names import host_names


async def test_all_calls_come_first_with_counts(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr", (80, 24)) as agent:
        assert agent.view.top.tabs == ("All", "Dialled", "Received", "Missed", "Other")
        assert len({row["category"] for row in agent.view.table.window.rows}) > 1
        assert all(count in agent.screen for count in ("All 2", "Dialled ", "Missed "))


async def test_a_jump_opens_what_it_meant(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("tab", "slash", *"zzz", "enter")  # left behind: a tab and a filter that finds nothing
        customer = FixedFilter("customer_id", 1, "Customer: one")
        agent.app.services.open(Location("cdr", fixed_filters=(customer,)))
        await agent.press()
        assert agent.view.state.tab == 0
        assert agent.view.table.window.rows
        agent.app.services.open(Location("cdr", fixed_filters=(customer,), tab="Missed"))
        await agent.press()
        assert {row["category"] for row in agent.view.table.window.rows} == {"missed"}


async def test_an_empty_tab_says_where_the_rows_are(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        dialled = next(row for row in agent.view.table.window.rows if row["category"] == "dialled")
        fixed = FixedFilter("id", dialled["id"], "Call")
        agent.app.services.open(Location("cdr", fixed_filters=(fixed,), tab="Missed"))
        await agent.press()
        assert "1 in All, 1 in Dialled; Tab goes to the next tab." in agent.screen


async def test_code_and_meaning_are_one_fact(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        await agent.press("slash", *"sip:403", "enter")
        assert {row["sip_code"] for row in agent.view.table.window.rows} == {403}
        assert "403 Forbidden" in agent.screen or "403 Forb" in agent.screen
        await agent.press("enter")
        assert "SIP                  403 Forbidden" in agent.screen
        assert "SIP meaning" not in agent.screen


async def test_the_ddi_is_a_link(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "cdr") as agent:
        row = next(row for row in agent.view.table.window.rows if row["ddi_id"] is not None)
        agent.app.services.open(Location("cdr", row["id"], row=row))
        await agent.press()
        line = next(line for side in agent.view.body.lines.sides for line in side if line.name == "DDI")
        assert line.target == Location("ddis", row["ddi_id"])
        assert row["ddi"] == row["destination_number"]


def test_two_people_behind_one_address_are_two(settings: Settings, folders: Folders) -> None:
    row = {
        "direction": "internal",
        "source_name": "Hugo Lefèvre",
        "source_number": "225",
        "source_ip": "198.51.100.7",
        "destination_name": "Inès Roux",
        "destination_number": "201",
        "destination_ip": "198.51.100.7",
    }
    services = HeadlessServices(settings, folders, find())
    names = host_names(services, row)
    assert names["caller"] == "Hugo Lefèvre 225"
    assert names["called"] == "Inès Roux 201"
    assert "198.51.100.7" not in names
    apart = host_names(services, {**row, "destination_ip": "198.51.100.8"})
    assert (apart["198.51.100.7"], apart["198.51.100.8"]) == ("Hugo Lefèvre 225", "Inès Roux 201")
    assert host_names(services, {**row, "source_name": None})["caller"] == "225"
