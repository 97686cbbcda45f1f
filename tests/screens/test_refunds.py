"""Refunds on screen: what is refunded, the preview, typed confirmation, a second person, tasks by hand, look-ups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from tests.db.refunds.makers import B2A, EURO
from tests.screens.driving import Agent, agent_at

from partnertui.config import Folders, Settings
from partnertui.config.settings import Gateways, Refunds
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Invoice, Payment, Refund, StatementEntry, Transaction, TransactionItem
from partnertui.db.models.base import table_of

PROGRAM = """#!/bin/sh
read -r line
printf '%s\\n' "$line" >> {folder}/asked
case "$line" in
*'"look up"'*) cat {folder}/found 2>/dev/null || echo '{{"state": "not found"}}';;
*) {answer} ;;
esac
"""


def write(settings: Settings, work: Any) -> Any:
    database = open_database(settings.database_url)
    found = database.write(work)
    database.close()
    return found


def all_of(settings: Settings, model: Any) -> list[Any]:
    table = table_of(model)
    return list(write(settings, lambda c: c.execute(select(table).order_by(table.c.id)).all()))


@pytest.fixture
def sold(settings: Settings) -> int:
    """The sale of case B2a instead of everything else that was sold; its ID."""
    names = ("Desk phone", "Headset", "Delivery")

    def work(connection: Any) -> int:
        connection.execute(delete(Refund))
        connection.execute(delete(Invoice))
        found = connection.execute(
            select(Transaction.id, Payment.id)
            .join(Payment, Payment.transaction_id == Transaction.id)
            .where(Transaction.transaction_type == "renewal", Transaction.state == "completed")
            .limit(1)
        ).one()
        key = int(found[0])
        connection.execute(update(StatementEntry).values(transaction_id=None))
        connection.execute(delete(TransactionItem))
        connection.execute(update(Payment).where(Payment.id != found[1]).values(transaction_id=None))
        connection.execute(delete(Transaction).where(Transaction.id != key))
        money = {"amount": 38_590_000, "tax": 6_430_000, "currency": "EUR"}
        paid = {"gateway": "command", "gateway_reference": "P-1"}
        connection.execute(update(Transaction).values(**money, **paid, invoice_number="INV-1"))
        connection.execute(update(Payment).where(Payment.id == found[1]).values(**money, **paid, refunded=0))
        owner = connection.execute(select(Transaction.customer_id, Transaction.partner_id)).one()
        rows = [
            {
                "id": number,
                "transaction_id": key,
                "item_type": "hardware",
                "description": name,
                "unit_price": net,
                "total": net,
                "tax": tax,
                "currency": "EUR",
                "customer_id": owner[0],
                "partner_id": owner[1],
            }
            for number, (name, (net, tax)) in enumerate(zip(names, B2A, strict=True), 1)
        ]
        connection.execute(table_of(TransactionItem).insert(), rows)
        return key

    return int(write(settings, work))


def with_program(settings: Settings, folder: Path, answer: str = 'echo \'{"state": "completed"}\'') -> Settings:
    """Settings whose gateway “command” answers this; what it is asked is in the file `asked`."""
    script = folder / "pay.sh"
    script.write_text(PROGRAM.format(folder=folder, answer=answer))
    script.chmod(0o755)
    return replace(settings, gateways=Gateways(command=(str(script),)))


async def choose(agent: Agent, *numbers: int) -> None:
    """Opens the refund and puts these of the items left on the refund's side."""
    await agent.press("left_parenthesis", "i", "tab")
    for number in numbers:
        await agent.press(*["down"] * (number - 1), "space", "space", "left")


async def confirm(agent: Agent, *more: str) -> None:
    """From the preview: a reason, what else is typed, and go."""
    await agent.type("not needed")
    for text in more:
        await agent.press("tab")
        await agent.type(text)
    await agent.press("ctrl+s")
    await agent.press()


async def test_b2a_item_by_item_with_its_preview(
    settings: Settings, folders: Folders, sold: int, tmp_path: Path
) -> None:
    there = with_program(settings, tmp_path)
    async with agent_at(there, folders, "transactions", (80, 24)) as agent:
        await choose(agent, 1)
        assert "€14.80 will be refunded, including €2.47 VAT: Desk phone €14.80" in agent.screen
        await agent.press("ctrl+s")
        assert "Exactly €14.796, rounded to €14.80" in agent.screen
        assert "through command" in agent.screen
        assert "INV-1: -€12.33 net, -€2.47 VAT, -€14.80" in agent.screen
        await confirm(agent)
        assert agent.message == "€14.80 was refunded."
        await agent.press("slash")
        await agent.type("type:renewal")
        await agent.press("enter")
        await choose(agent, 1)
        await agent.press("ctrl+s")
        assert "because VAT was" in agent.screen
        assert "€0.01 less" in agent.screen
        await confirm(agent)
        assert agent.message == "€14.79 was refunded."
        await agent.press("left_parenthesis")
        assert "€9.00 will be refunded" in agent.screen
        await agent.press("ctrl+s")
        await confirm(agent)
        assert agent.message == "€9.00 was refunded."
        assert agent.column("state") == ["refunded"]
        await agent.press("left_parenthesis")
        assert "It has already been refunded in full" in agent.message
    assert [one.amount for one in all_of(settings, Refund)] == [14_800_000, 14_790_000, 9_000_000]
    orders = [line for line in (tmp_path / "asked").read_text().splitlines() if '"refund"' in line]
    assert ['"amount": 1480' in orders[0], '"amount": 1479' in orders[1], '"amount": 900' in orders[2]] == [True] * 3


async def test_closing_the_preview_leads_back_and_books_nothing(
    settings: Settings, folders: Folders, sold: int
) -> None:
    async with agent_at(settings, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "a", "tab")
        await agent.type("12.50")
        await agent.press("ctrl+s")
        assert "Refund €12.50 to" in agent.screen
        assert "No payment command is" in agent.screen
        await agent.press("escape")
        assert "Refund INV-1" in agent.screen
        assert "12.50" in agent.screen
        await agent.press("escape")
    assert all_of(settings, Refund) == []


async def test_what_is_wrong_is_said_at_its_field(settings: Settings, folders: Folders, sold: int) -> None:
    async with agent_at(settings, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "a", "tab")
        await agent.type("38.60")
        await agent.press("ctrl+s")
        assert "Only €38.59 of this payment is left" in agent.screen
        await agent.press("ctrl+s")
        assert "Refund INV-1" in agent.screen


async def test_large_amounts_are_typed_again_and_approved_by_a_second_person(
    settings: Settings, folders: Folders, sold: int, tmp_path: Path
) -> None:
    there = replace(with_program(settings, tmp_path), refunds=Refunds(confirm_above=10, approve_above=20))
    async with agent_at(there, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "ctrl+s")
        assert "by a second person, before it is sent" in agent.screen
        assert "Ctrl+S request approval" in agent.screen
        await confirm(agent, "38.50")
        assert "Type €38.59 to confirm." in agent.screen
        await agent.press("end", "ctrl+u")
        await agent.type("38.59")
        await agent.press("ctrl+s")
        assert "is waiting for approval by a second person" in agent.message
    assert not (tmp_path / "asked").exists()
    async with agent_at(there, folders, "refunds", (80, 24)) as agent:
        assert agent.column("state") == ["waiting for approval"]
        await agent.press("underscore")
        assert "a second person has to decide" in agent.message
    async with agent_at(replace(there, operator="marek"), folders, "refunds", (80, 24)) as agent:
        assert agent.app.services.operator is not None
        assert agent.app.services.operator.login != "ann"
        await agent.press("underscore")
        assert "Approve this refund?" in agent.screen
        await agent.press("y")
        await agent.press()
        assert agent.message == "€38.59 was refunded."
    assert [one.state for one in all_of(settings, Refund)] == ["completed"]


async def test_by_hand_is_a_task_that_is_ticked_off(settings: Settings, folders: Folders, sold: int) -> None:
    async with agent_at(settings, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "ctrl+s")
        await confirm(agent)
        assert "pay it out manually" in agent.message
    async with agent_at(settings, folders, "refunds", (80, 24)) as agent:
        assert agent.column("state") == ["by hand"]
        await agent.press("upper_s")
        await agent.type("SEPA 4711")
        await agent.press("enter")
        await agent.press()
        assert agent.message == "€38.59 was refunded."
        assert agent.column("state") == []
    assert [(one.state, one.gateway_reference) for one in all_of(settings, Refund)] == [("completed", "SEPA 4711")]


async def test_an_unknown_outcome_is_looked_up_and_not_sent_again(
    settings: Settings, folders: Folders, sold: int, tmp_path: Path
) -> None:
    there = with_program(settings, tmp_path, "exit 3")
    async with agent_at(there, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "ctrl+s")
        await confirm(agent)
        assert "It isn't known whether €38.59 was refunded" in agent.message
    async with agent_at(there, folders, "refunds", (80, 24)) as agent:
        await agent.press()
        assert agent.column("state") == ["unknown"]
        (tmp_path / "found").write_text('{"state": "completed", "reference": "T-9"}')
        await agent.press("left_parenthesis")
        await agent.press()
        assert agent.message == "€38.59 was refunded."
    asked = (tmp_path / "asked").read_text()
    assert asked.count('"action": "refund"') == 1
    assert [one.gateway_reference for one in all_of(settings, Refund)] == ["T-9"]


async def test_a_gateway_that_is_away_books_nothing_and_keeps_what_was_typed(
    settings: Settings, folders: Folders, sold: int, tmp_path: Path
) -> None:
    there = with_program(settings, tmp_path)
    (tmp_path / "pay.sh").chmod(0o644)
    async with agent_at(there, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "ctrl+s")
        await confirm(agent)
        assert "couldn't be started" in agent.screen
        assert "not needed" in agent.screen
    assert all_of(settings, Refund) == []


async def test_a_rejected_refund_gives_the_credit_back(settings: Settings, folders: Folders, sold: int) -> None:
    def credit(connection: Any) -> None:
        connection.execute(update(TransactionItem).values(item_type="credit"))
        customer = select(Transaction.customer_id).scalar_subquery()
        connection.execute(update(Customer).where(Customer.id == customer).values(currency="EUR"))

    write(settings, credit)
    balances = {one.id: one.credit for one in all_of(settings, Customer)}
    there = replace(settings, refunds=Refunds(approve_above=0))
    async with agent_at(there, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "ctrl+s")
        assert " after" in agent.screen
        await confirm(agent)
        assert "is waiting for approval" in agent.message
    assert sum(balances.values()) - sum(one.credit for one in all_of(settings, Customer)) == 32_160_000
    async with agent_at(replace(there, operator="marek"), folders, "refunds", (80, 24)) as agent:
        await agent.press("minus")
        await agent.type("not agreed")
        await agent.press("enter")
        await agent.press()
        assert agent.message == "The refund of €38.59 was rejected; nothing is booked."
    assert {one.id: one.credit for one in all_of(settings, Customer)} == balances
    assert 32 * EURO < 32_160_000


async def test_failed_and_pending_ones_say_why(settings: Settings, folders: Folders) -> None:
    async with agent_at(settings, folders, "transactions", (80, 24)) as agent:
        await agent.press("slash")
        await agent.type("state:failed type:top-up,auto_top-up,renewal")
        await agent.press("enter", "left_parenthesis")
        assert "nothing was paid" in agent.message


async def test_the_billing_address_of_a_sale(settings: Settings, folders: Folders, sold: int) -> None:
    async with agent_at(settings, folders, "transactions", (80, 24)) as agent:
        await agent.press("e")
        assert "Update customer" in agent.screen
        await agent.press("end", "ctrl+u")
        await agent.type("Head Office Ltd")
        await agent.press("ctrl+s")
        assert agent.message == "Saved."
    assert all_of(settings, Transaction)[0].billing_company == "Head Office Ltd"
    assert "Head Office Ltd" not in [one.company for one in all_of(settings, Customer)]


async def test_opening_the_list_asks_the_gateway(
    settings: Settings, folders: Folders, sold: int, tmp_path: Path
) -> None:
    there = with_program(settings, tmp_path, "exit 3")
    async with agent_at(there, folders, "transactions", (80, 24)) as agent:
        await agent.press("left_parenthesis", "ctrl+s")
        await confirm(agent)
        assert "isn't known" in agent.message
    (tmp_path / "found").write_text('{"state": "completed", "reference": "T-9"}')
    async with agent_at(there, folders, "refunds", (80, 24)) as agent:
        await agent.press()
        await agent.press()
        assert agent.message == "1 of 1 open refund settled after querying the gateway."
        assert agent.column("state") == []
        await agent.press("tab", "tab", "tab", "tab", "enter")
        assert "T-9" in agent.screen
        assert "Sent" in agent.screen
