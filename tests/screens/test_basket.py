"""Basket and payments on screen: items, payments by dragging, states, corrections, what is refused and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from tests.screens.conftest import NOW
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import BasketItem, Customer, OperatorAccount, Payment, PaymentCorrection, Transaction
from partnertui.db.models.base import table_of
from partnertui.kit import clock

SIZE = (80, 24)
EURO = 1_000_000
PAY = "right_parenthesis"


def write(settings: Settings, work: Any) -> Any:
    database = open_database(settings.database_url)
    found = database.write(work)
    database.close()
    return found


def all_of(settings: Settings, model: Any) -> list[Any]:
    table = table_of(model)
    return list(write(settings, lambda c: c.execute(select(table).order_by(table.c.id)).all()))


@pytest.fixture
def items(settings: Settings) -> int:
    """Three items of a customer in GB who pays in GBP, and nothing else in any basket; the customer's ID."""

    def work(connection: Any) -> int:
        connection.execute(update(BasketItem).values(payment_id=None))
        connection.execute(delete(BasketItem))
        values = {
            "country": "GB",
            "currency": "GBP",
            "status": "active",
            "partner_id": None,
            "time_zone": "Europe/London",
        }
        connection.execute(update(Customer).where(Customer.id == 1).values(**values))
        rows = [
            {
                "customer_id": 1,
                "item_type": "hardware",
                "unique_item_id": f"BI-{number}",
                "description": name,
                "price": price * EURO,
                "currency": "GBP",
                "due_at": NOW - timedelta(days=4 - number),
            }
            for number, (name, price) in enumerate((("Desk phone", 149), ("Headset", 60), ("Delivery", 9)), 1)
        ]
        connection.execute(table_of(BasketItem).insert(), rows)
        return 1

    return int(write(settings, work))


async def narrow(agent: Agent) -> None:
    """Narrows every list to customer 1."""
    await agent.press("c")


async def test_an_item_is_added_with_its_product(settings: Settings, folders: Folders, items: int) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await narrow(agent)
        await agent.press("a")
        assert "Add an item for" in agent.screen
        await agent.press("down", "down", "down")
        await agent.type("Site survey")
        await agent.press("down")
        await agent.type("250")
        await agent.press("ctrl+s")
        assert "'s basket." in agent.message
    added = all_of(settings, BasketItem)[-1]
    assert (added.description, added.price, added.currency, added.item_type) == (
        "Site survey",
        250 * EURO,
        "GBP",
        "service",
    )


async def test_an_id_in_use_is_said_while_typing(settings: Settings, folders: Folders, items: int) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await narrow(agent)
        await agent.press("a", "down", "down")
        await agent.type("BI-2")
        await agent.pilot.pause(0.4)
        await agent.press()
        assert "BI-2 is already in use" in agent.screen
        await agent.press("down")
        await agent.type("Other headset")
        await agent.press("down")
        await agent.type("1e3")
        await agent.press("ctrl+s")
        assert "1e3” isn't an amount" in agent.screen
        await agent.press("end", "ctrl+u")
        await agent.type("60")
        await agent.press("ctrl+s")
        await agent.press()
        assert "BI-2 is already in use" in agent.screen
        assert "Other headset" in agent.screen
    assert len(all_of(settings, BasketItem)) == 3


async def test_items_are_dragged_onto_a_payment(settings: Settings, folders: Folders, items: int) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await narrow(agent)
        await agent.press(PAY)
        assert "This payment: no items" in agent.screen
        await agent.press("space", "enter", "left", "space", "enter")
        assert "of £250.80 (£209.00 + £41.80 VAT)" in agent.screen
        await agent.press("delete")
        assert "of £178.80 (£149.00 + £29.80 VAT)" in agent.screen
        assert "20%, the standard rate (United Kingdom)" in agent.screen
        await agent.press("ctrl+s")
        assert "recorded." in agent.message
        assert agent.column("description") == ["Headset", "Delivery"]
    assert [one.state for one in all_of(settings, BasketItem)] == ["paid", "due", "due"]
    paid, sold = all_of(settings, Payment)[-1], all_of(settings, Transaction)[-1]
    assert (paid.amount, paid.transaction_id, sold.state) == (178_800_000, sold.id, "completed")


async def test_the_item_under_the_cursor_says_whose_payment_it_is(
    settings: Settings, folders: Folders, items: int
) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await agent.press(PAY)
        assert "Payment from " in agent.screen
        assert "This payment: no items" in agent.screen


async def test_marked_items_are_on_it_and_a_difference_needs_a_reason(
    settings: Settings, folders: Folders, items: int
) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await agent.press("space", "space", PAY)
        assert "of £250.80" in agent.screen
        await agent.press("tab")
        await agent.type("200")
        assert "£50.80 is outstanding: the items stay attached until the rest arrives." in agent.screen
        await agent.press("ctrl+s")
        assert "Required" in agent.screen
        await agent.press("end")
        await agent.type("second part follows")
        await agent.press("ctrl+s")
        assert "recorded." in agent.message
        assert agent.column("state") == ["attached", "attached", "due"]
        await agent.press("home", "space", "space", "home", "e")
        assert "It is attached to payment" in agent.message
        await agent.press("delete")
        assert "mark that payment as not received first" in agent.message
        await narrow(agent)
        await agent.press(PAY, "space", "enter")
        assert "of £50.80" in agent.screen
        await agent.press("left", "space", "enter")
        assert "must be paid separately" in agent.screen
        await agent.press("escape", "ctrl+s")
        assert "recorded." in agent.message
        assert agent.column("description") == ["Delivery"]


async def test_a_card_is_only_recorded_if_it_was_charged_elsewhere(
    settings: Settings, folders: Folders, items: int
) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await narrow(agent)
        await agent.press(PAY, "space", "enter", "shift+tab", "shift+tab", "c", "ctrl+s")
        assert "A card can only be charged through a gateway" in agent.screen
    assert [one.state for one in all_of(settings, BasketItem)] == ["due"] * 3


async def test_state_follows_the_clock_without_a_write(settings: Settings, folders: Folders, items: int) -> None:
    def hide(connection: Any) -> None:
        due = NOW + timedelta(days=1)
        connection.execute(update(BasketItem).values(due_at=due, hidden_until=due, state="hidden"))

    write(settings, hide)
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        assert agent.column("state") == ["hidden"] * 3
        clock.stop_at(NOW + timedelta(days=1, seconds=1))
        await agent.press("r")
        assert agent.column("state") == ["due"] * 3
        await agent.press("slash")
        await agent.type("state:due")
        await agent.press("enter")
        assert len(agent.column("state")) == 3
    assert {one.state for one in all_of(settings, BasketItem)} == {"hidden"}


async def test_what_a_point_means_in_germany_is_said_before_saving(
    settings: Settings, folders: Folders, items: int
) -> None:
    async with agent_at(replace(settings, locale="de_DE"), folders, "basket", SIZE) as agent:
        await narrow(agent)
        await agent.press("a", "down", "down", "down", "down")
        await agent.type("1.234")
        assert "= £1,234.00" in agent.screen
        await agent.press("end", "ctrl+u")
        await agent.type("12,34")
        assert "= £" not in agent.screen


async def test_starting_without_a_draft_is_said(settings: Settings, folders: Folders, items: int) -> None:
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await agent.press("e", "down", "down", "down", "end")
        await agent.type(", used")
        await agent.press("escape", "y", "e")
        assert "You discarded changes" in agent.screen
        await agent.press("f4")
        assert "Desk phone, used" in agent.screen
        await agent.press("f4")
        assert "Started without the draft: F4 restores it." in agent.screen
        assert "Desk phone, used" not in agent.screen


async def test_an_item_is_edited_and_deleted(settings: Settings, folders: Folders, items: int) -> None:
    named = update(Customer).where(Customer.id == items).values(company="Tidewater sp. z o.o.")
    write(settings, lambda connection: connection.execute(named))
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await agent.press("e", "down", "down", "down", "end", "ctrl+u")
        await agent.type("Desk phone, black")
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
        await agent.press("delete")
        assert "Delete Desk phone, black from the basket?" in agent.screen
        assert "Tidewater sp. z o.o. Its history" in " ".join(agent.screen.replace("│", " ").split())
        await agent.press("escape", "delete", "y")
        await agent.press()
        assert agent.column("description") == ["Headset", "Delivery"]


async def pending(settings: Settings, folders: Folders) -> None:
    """Records a payment of the first item that hasn't arrived."""
    async with agent_at(settings, folders, "basket", SIZE) as agent:
        await narrow(agent)
        await agent.press(PAY, "space", "enter", "tab", "tab", "space", "ctrl+s")
        assert "recorded." in agent.message
        assert agent.column("state")[0] == "attached"


async def test_a_transfer_arrives(settings: Settings, folders: Folders, items: int) -> None:
    await pending(settings, folders)
    async with agent_at(settings, folders, "payments", SIZE) as agent:
        await agent.press("E")
        assert "hasn't arrived yet" in agent.screen
        assert "VAT 20% on £149.00: £29.80" in agent.screen
        await agent.press("escape", "S")
        assert "Change the state of £178.80" in agent.screen
        await agent.press("ctrl+s")
        await agent.press()
        assert "is marked as paid." in agent.message
        await agent.press("S")
        assert "only pending payments can change state" in agent.message
    assert all_of(settings, BasketItem)[0].state == "paid"


async def test_a_transfer_never_comes(settings: Settings, folders: Folders, items: int) -> None:
    await pending(settings, folders)
    async with agent_at(settings, folders, "payments", (200, 40)) as agent:
        await agent.press("S", "n", "tab")
        await agent.type("customer withdrew it")
        await agent.press("ctrl+s")
        await agent.press()
        assert "is marked as not received; its items are due again." in agent.message
        assert "the money didn't arrive" in agent.screen
        assert "Ask the customer to pay again" in agent.screen
    assert all_of(settings, BasketItem)[0].state == "due"


async def test_a_clerical_error_is_corrected(settings: Settings, folders: Folders, items: int) -> None:
    await pending(settings, folders)
    async with agent_at(settings, folders, "payments", SIZE) as agent:
        await agent.press("S", "ctrl+s")
        await agent.press("e")
        assert "Correct payment" in agent.screen
        await agent.press("end", "ctrl+u")
        await agent.type("187.80")
        assert "£9.00 more: added to the PSTN credit" in agent.screen
        await agent.press("ctrl+s")
        assert "Required" in agent.screen
        await agent.type("digits swapped")
        await agent.press("ctrl+s")
        await agent.press()
        assert agent.message == "Corrected."
        await agent.press("E")
        assert "£178.80 → £187.80 (digits" in agent.screen
    assert all_of(settings, PaymentCorrection)[-1].reason == "digits swapped"


async def test_a_cards_amount_is_not_edited(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "payments", SIZE) as agent:
        await agent.press("slash")
        await agent.type("type:card state:completed")
        await agent.press("enter", "e")
        assert "card payment's amount can't be edited" in agent.message


async def test_partners_work_on_their_own(settings: Settings, folders: Folders, items: int) -> None:
    def own(connection: Any) -> str:
        found = connection.execute(
            select(OperatorAccount.login, OperatorAccount.partner_id).where(OperatorAccount.partner_id.is_not(None))
        ).first()
        connection.execute(update(Customer).where(Customer.id == 1).values(partner_id=found[1]))
        connection.execute(update(BasketItem).values(partner_id=found[1]))
        return str(found[0])

    login = write(settings, own)
    async with agent_at(replace(settings, operator=login), folders, "basket", SIZE) as agent:
        assert len(agent.column("state")) == 3
        await narrow(agent)
        await agent.press(PAY, "space", "enter", "tab")
        await agent.type("5000")
        await agent.press("end")
        await agent.press("tab", "tab")
        await agent.type("too much")
        await agent.press("ctrl+s")
        await agent.press()
        assert "Partners can't change credit" in agent.screen
    assert [one.state for one in all_of(settings, BasketItem)] == ["due"] * 3
