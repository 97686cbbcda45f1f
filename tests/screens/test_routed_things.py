"""Groups, menus, sounds, phones, recordings, messages and orders of numbers: what is special on each screen."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, delete, insert, select, update
from tests.screens.conftest import NOW
from tests.screens.driving import agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Conference, Customer, CustomerPhone, Ivr, IvrEntry, PendingDdi, RingGroup, Sound


def _execute(statement: Executable, connection: Connection) -> None:
    connection.execute(statement)


def write(settings: Settings, *statements: Any) -> None:
    """Run statements like another user would."""
    database = open_database(settings.database.url)
    for statement in statements:
        database.write(partial(_execute, statement))
    database.close()


def read(settings: Settings, statement: Any) -> Any:
    """The first row of a query."""
    database = open_database(settings.database.url)
    found = database.read(lambda connection: connection.execute(statement).mappings().first())
    database.close()
    return found


async def test_a_ring_group_shows_who_rings_and_leads_to_them(settings: Settings, folders: Folders) -> None:
    write(settings, update(RingGroup).values(strategy="ring all", ring_time=20, target_type="hang up"))
    async with agent_at(settings, folders, "ring-groups", (100, 40)) as agent:
        await agent.press("enter")
        assert "rings its members all at once, for 20 s:" in agent.screen
        assert "when nobody answers:" in agent.screen
        assert "the switch hangs up" in agent.screen
        body = agent.view.body
        body.lines.cursor = next(at for at, line in enumerate(body.lines.sides[0]) if line.copy.startswith("• "))
        name = body.line.copy.split(" ", 2)[2].split(" (")[0]
        await agent.press("enter")
        assert agent.view.location.screen == "users"
        assert name in agent.screen


async def test_members_of_a_pick_up_group_lead_to_the_user(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "pickup-groups", (100, 40)) as agent:
        count = agent.view.table.window.row["members"]
        await agent.press("enter")
        body = agent.view.body
        members = [at for at, line in enumerate(body.lines.sides[0]) if line.target and line.target.screen == "users"]
        assert len(members) == count > 0
        body.lines.cursor = members[0]
        await agent.press("enter")
        assert agent.view.location.screen == "users"


async def test_menus_below_each_other_with_a_cycle_and_a_target_that_is_gone(
    settings: Settings, folders: Folders
) -> None:
    menu = read(settings, select(Ivr))
    own = {"customer_id": menu["customer_id"], "partner_id": menu["partner_id"]}
    top = {"target_type": "ivr", "target_id": menu["id"], "target": "back"}
    gone = {"target_type": "conference", "target_id": 987_654, "target": "Old room"}
    write(
        settings,
        delete(IvrEntry).where(IvrEntry.ivr_id == menu["id"]),
        insert(Ivr).values(id=9001, name="Night", extension="701", **own),
        insert(IvrEntry).values(ivr_id=menu["id"], digit="1", target_type="ivr", target_id=9001, target="Night", **own),
        insert(IvrEntry).values(ivr_id=9001, digit="5", **top, **own),
        insert(IvrEntry).values(ivr_id=9001, digit="6", **gone, **own),
        insert(IvrEntry).values(ivr_id=9001, digit="t", target_type="hang up", **own),
    )
    async with agent_at(settings, folders, "ivrs", (100, 40)) as agent:
        agent.view.bar.replace(f"id:{menu['id']}")
        await agent.press()
        await agent.press("enter")
        assert "└─ 1 → the IVR “Night”" in agent.screen
        assert f"   ├─ 5 → the IVR “{menu['name']}”  (see above)" in agent.screen
        assert "   ├─ 6 → conference Old room, which no longer exists" in agent.screen
        assert "   └─ timeout → hang up" in agent.screen
        broken = next(line for line in agent.view.body.lines.sides[0] if line.copy.startswith("6 → "))
        assert "bad" in [role for _, role in broken.pieces]


async def test_a_rule_is_a_sentence(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "routing-rules", (140, 40)) as agent:
        await agent.press("enter")
        said = " ".join(line.copy.strip() for line in agent.view.body.lines.sides[0])
        assert "Inbound calls to +" in said
        assert "on weekdays, 9:00 to" in said


async def test_an_explained_step_leads_to_what_it_speaks_of(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "routing-rules", (120, 40)) as agent:
        await agent.press("E", "ctrl+s")
        dialog: Any = agent.app.screen
        body = dialog.body
        body.lines.cursor = next(at for at, line in enumerate(body.lines.sides[0]) if line.target is not None)
        target = body.line.target
        await agent.press("enter")
        assert agent.view.location.screen == target.screen
        assert agent.view.location.record == target.record


@pytest.mark.parametrize("typed", ["{0}", "{1}", "{2}", "{3}"], ids=["plain", "colons", "dots", "upper-dashes"])
async def test_a_mac_is_found_in_any_notation(typed: str, settings: Settings, folders: Folders) -> None:
    mac = read(settings, select(CustomerPhone.mac))["mac"]
    pairs = [mac[at : at + 2] for at in range(0, 12, 2)]
    ways = (mac, ":".join(pairs), f"{mac[:4]}.{mac[4:8]}.{mac[8:]}", "-".join(pairs).upper())
    async with agent_at(settings, folders, "customer-phones", (140, 40)) as agent:
        agent.view.bar.replace(f'mac:"{typed.format(*ways)}"')
        await agent.press()
        assert agent.column("mac") == [mac]
        assert ":".join(pairs) in agent.screen


async def test_an_invalid_mac_is_reported(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customer-phones", (140, 40)) as agent:
        agent.view.bar.replace("mac:kitchen")
        await agent.press()
        assert "isn't a MAC address: enter some of its hex digits" in agent.screen


@pytest.mark.parametrize("screen", ["monitor", "voicemail"])
async def test_recordings_can_not_be_played(screen: str, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, screen, (140, 40)) as agent:
        await agent.press("enter")
        assert "not possible: only the customer" in agent.screen
        titles = {action.title.lower() for action in agent.view.page.actions}
        assert not any(word in title for title in titles for word in ("play", "download", "listen"))


async def test_a_sound_is_drawn_and_judged(settings: Settings, folders: Folders) -> None:
    wave = bytes([0] * 200 + [255] * 200)
    write(settings, update(Sound).values(level=-1200, waveform=wave))
    async with agent_at(settings, folders, "sounds", (100, 40)) as agent:
        await agent.press("enter")
        assert "-12.00" in agent.screen
        assert "too loud" in agent.screen
        line = next(text for text in agent.screen.splitlines() if "▁█" in text)
        assert abs(line.count("▁") - line.count("█")) <= 1


async def test_pins_are_never_selected(settings: Settings, folders: Folders) -> None:
    write(settings, update(Conference).values(moderator_pin_ciphertext=None))
    async with agent_at(settings, folders, "conferences", (140, 40)) as agent:
        assert not any(isinstance(value, bytes) for value in agent.view.table.window.row.values())
        await agent.press("enter")
        assert "PIN                  ••••" in agent.screen
        assert "Moderator PIN        none" in agent.screen


@pytest.mark.parametrize(
    ("state", "days", "words"),
    [
        ("in process", -3, "overdue by 3 days (requested date)"),
        ("exception", -1, "overdue by 1 day (requested date)"),
        ("submitted", 2, "in 2 days (requested date)"),
        ("activated", -9, ""),
    ],
)
async def test_an_order_shows_how_late_it_is(
    state: str, days: int, words: str, settings: Settings, folders: Folders
) -> None:
    firm = read(settings, select(Customer.id, Customer.partner_id))
    order = insert(PendingDdi).values(
        order_number="ORD-1",
        kind="port-in",
        country="GB",
        quantity=2,
        state=state,
        numbers=["442079460001", "442079460002"],
        requested_at=NOW + timedelta(days=days, hours=1 if days > 0 else -1),
        documents_missing="Proof of address",
        required_action="Ask again",
        created_at=NOW,
        customer_id=firm["id"],
        partner_id=firm["partner_id"],
    )
    write(settings, order)
    tab = {"exception": 2, "activated": 3}.get(state, 1)
    async with agent_at(settings, folders, "pending-ddi", (140, 40)) as agent:
        await agent.press(*["tab"] * (tab - 1))
        agent.view.bar.replace("order:ORD-1")
        await agent.press()
        await agent.press("enter")
        assert words in agent.screen
        assert ("overdue" in agent.screen) == words.startswith("overdue")
        assert "+44 20 7946 0002" in agent.screen
        missing = next(line for line in agent.view.body.lines.sides[0] if line.name == "Documents missing")
        assert missing.pieces[1] == ("Proof of address", "bad")


@pytest.mark.parametrize("width", [80, 120, 160])
async def test_an_explanation_is_wrapped_on_any_terminal(width: int, settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "routing-rules", (width, 40)) as agent:
        await agent.press("E", "ctrl+s")
        shown = " ".join("".join(row.split("│")[1:2]).strip() for row in agent.screen.splitlines() if "│" in row)
        assert "is one of this customer's numbers, so the call is inbound." in " ".join(shown.split())
        assert "for 20 s:" in shown or "for 30 s:" in shown or "for 45 s:" in shown
