"""Customers: adding and editing, VAT, price lists dragged by keyboard, a stale save with both versions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Customer, CustomerPriceList, History


async def clear_and_type(agent: Agent, text: str) -> None:
    """Replace the text of the focused input."""
    await agent.press("end", "ctrl+u")
    await agent.type(text)


async def test_edits_and_writes_history(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers") as agent:
        before = agent.view.table.window.row
        await agent.press("e")
        assert f"Customer {before['id']}" in agent.screen
        await clear_and_type(agent, "Renamed Ltd")
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
        await agent.press("slash")
        await agent.type("Renamed")
        await agent.press("enter")
        assert agent.column("company") == ["Renamed Ltd"]
        await agent.press("h")
        assert f"Company: {before['company']} → Renamed Ltd" in agent.screen


async def test_vat_number_is_required_and_checked_in_the_eu(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers") as agent:
        await agent.press("a")
        await agent.type("Neue Firma GmbH")
        await agent.press("tab", "tab")
        await agent.type("post@example.com")
        dialog: Any = agent.app.screen
        country = next(row for row in dialog.rows if row.entry.name == "country")
        country.editor.put("DE", {})
        await agent.press("ctrl+s")
        assert "Currency, VAT !" in agent.screen
        assert "Required" in agent.screen
        assert "Neue Firma" not in [row["company"] for row in agent.view.table.window.rows]
        vat = next(row for row in dialog.rows if row.entry.name == "vat_number")
        vat.editor.focus()
        await agent.type("DE123456789")
        await agent.press("ctrl+s")
        assert "check digits are wrong" in agent.screen
        await clear_and_type(agent, "DE136695976")
        status = next(row for row in dialog.rows if row.entry.name == "status")
        status.editor.put("active", {})
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
        assert "Neue Firma GmbH" in agent.screen


async def test_price_list_is_dragged_by_keyboard(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    async with agent_at(settings, folders, "customers") as agent:
        customer = agent.view.table.window.row["id"]
        await agent.press("e", "f6", "f6", "space", "enter", "ctrl+s")
        assert agent.message == "Saved."
    slots = select(CustomerPriceList.slot).where(CustomerPriceList.customer_id == customer)
    with_lists = database.read(lambda connection: list(connection.execute(slots).scalars()))
    assert with_lists
    database.close()


async def test_stale_save_shows_both_versions_and_loses_nothing(settings: Settings, folders: Folders) -> None:
    database = open_database(settings.database_url)
    async with agent_at(settings, folders, "customers") as agent:
        row = agent.view.table.window.row
        await agent.press("e")
        change = update(Customer).where(Customer.id == row["id"])
        database.write(
            lambda connection: connection.execute(change.values(contact="Their Contact", version=Customer.version + 1))
        )
        await clear_and_type(agent, "My Name Ltd")
        await agent.press("ctrl+s")
        assert "Their Contact" in agent.screen
        assert "My Name Ltd" in agent.screen
        stored = select(Customer.company).where(Customer.id == row["id"])
        assert database.read(lambda connection: connection.execute(stored).scalar()) == row["company"]
    entries = select(History.changes).where(History.object_table == "customers", History.object_id == row["id"])
    changes = database.read(lambda connection: list(connection.execute(entries).scalars()))
    assert not any("My Name Ltd" in str(change) for change in changes)
    database.close()


async def test_partner_sees_its_own_customers_only(settings: Settings, folders: Folders) -> None:
    from dataclasses import replace

    from partnertui.db.models import OperatorAccount
    from partnertui.domain.operators import Role

    database = open_database(settings.database_url)
    partners = select(OperatorAccount.login, OperatorAccount.partner_id).where(OperatorAccount.role == Role.PARTNER)
    login, partner = database.read(lambda connection: connection.execute(partners.limit(1)).one())
    owned = select(Customer.id).where(Customer.partner_id == partner)
    mine = set(database.read(lambda connection: list(connection.execute(owned).scalars())))
    for screen, field in (("customers", "id"), ("cdr", "customer_id"), ("users", "customer_id")):
        async with agent_at(replace(settings, operator=login), folders, screen) as agent:
            assert set(agent.column(field)) <= mine
            assert agent.view.feed.total.number == len(agent.column(field)) or agent.view.table.window.more_after
    database.close()


async def test_the_last_change_is_undone_after_a_look(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        before = agent.view.table.window.row["company"]
        await agent.press("e", "ctrl+u")
        await agent.type("Wrong Name Ltd")
        await agent.press("ctrl+s", "ctrl+z")
        assert f"Company: Wrong Name Ltd -> {before}" in agent.screen
        await agent.press("y")
        assert agent.message == "Undone."
        assert "Wrong Name Ltd" not in agent.column("company")
        assert before in agent.column("company")


async def test_undo_says_why_not(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "customers", (100, 30)) as agent:
        await agent.press("ctrl+z")
        assert "Undo your change from" not in agent.screen
        assert "undo" in agent.message or "The last change was" in agent.message
