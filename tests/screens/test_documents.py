"""Invoices from the Transactions screen: why they can't be issued, what they will say, where they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from syrupy.assertion import SnapshotAssertion
from tests.screens.driving import Agent, agent_at
from tests.screens.test_every_screen import ScreenText

from partnertui.config import Folders, Settings
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Invoice, InvoiceLogo, Partner, Transaction, TransactionItem
from partnertui.demo.invoices import PROVIDER
from partnertui.domain.billing_enums import PaymentState, TaxCategory
from partnertui.domain.vat_numbers import VatState
from partnertui.invoices.validation import check_file
from partnertui.screens.shared.open_file_or_show_scp import fetch_command, opens_here

SMALL = (80, 24)
SIZES = pytest.mark.parametrize("size", [SMALL, (140, 40)], ids=["80x24", "140x40"])


def run(settings: Settings, *statements: Any) -> list[Any]:
    """The rows of the last statement."""
    database = open_database(settings.database_url)

    def work(connection: Any) -> list[Any]:
        found = [connection.execute(statement) for statement in statements][-1]
        return list(found.mappings()) if found.returns_rows else []

    rows = database.write(work)
    database.close()
    return rows


@pytest.fixture
def shop(settings: Settings) -> Settings:
    """Settings with a provider."""
    return replace(settings, invoices=PROVIDER)


def forgotten(settings: Settings, **customer: Any) -> int:
    """The ID of a paid transaction of the provider's whose invoice is still to be issued."""
    query = (
        select(Transaction.id, Transaction.customer_id)
        .join(TransactionItem, TransactionItem.transaction_id == Transaction.id)
        .where(Transaction.state == PaymentState.COMPLETED, TransactionItem.tax_category == TaxCategory.STANDARD)
        .where(Transaction.partner_id.is_(None))
        .order_by(Transaction.id)
        .limit(1)
    )
    row = run(settings, query)[0]
    run(
        settings,
        delete(Invoice).where(Invoice.transaction_id == row["id"]),
        update(Transaction).where(Transaction.id == row["id"]).values(invoice_number=None),
    )
    if customer:
        run(settings, update(Customer).where(Customer.id == row["customer_id"]).values(**customer))
    return int(row["id"])


async def find(agent: Agent, number: int) -> None:
    await agent.press("slash")
    await agent.type(f"id={number}")
    await agent.press("enter")


async def wait(agent: Agent, condition: Callable[[], bool]) -> None:
    """Lets the program run until a condition holds."""
    for _ in range(400):
        if condition():
            return
        await agent.pilot.pause(0.05)
    raise AssertionError(agent.screen)


async def write_to(agent: Agent, name: str) -> None:
    """Types a file name into the dialog and writes."""
    await wait(agent, lambda: "File *" in agent.screen)
    await agent.press("tab", "ctrl+u")
    await agent.type(name)
    await agent.press("ctrl+s")


async def test_it_is_issued_and_written_to_a_file(shop: Settings, folders: Folders, tmp_path: Path) -> None:
    number = forgotten(shop)
    path = tmp_path / "out.pdf"
    async with agent_at(shop, folders, "transactions", SMALL) as agent:
        await find(agent, number)
        await agent.press("apostrophe")
        await wait(agent, lambda: "Issue this invoice?" in agent.screen)
        assert run(shop, select(Invoice.id).where(Invoice.transaction_id == number)) == []
        await agent.press("y")
        await write_to(agent, str(path.with_suffix("")))
        await wait(agent, lambda: "Invoice INV-2026-" in agent.message)
        issued = run(shop, select(Invoice.number).where(Invoice.transaction_id == number))[0]["number"]
        assert issued in agent.message
        assert agent.column("invoice_number") == [issued]
        await agent.press("apostrophe")
        await write_to(agent, str(tmp_path / "again.xml"))
        await wait(agent, lambda: (tmp_path / "again.pdf").exists())
    assert check_file(path.read_bytes()).number == issued
    assert path.stat().st_mode & 0o077 == 0
    assert len(run(shop, select(Invoice.id).where(Invoice.transaction_id == number))) == 1


async def test_what_cannot_be_written_is_said_and_can_be_tried_again(
    shop: Settings, folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = forgotten(shop)
    async with agent_at(shop, folders, "transactions", SMALL) as agent:
        await find(agent, number)
        await agent.press("apostrophe", "y")
        await write_to(agent, str(tmp_path / "missing" / "out.pdf"))
        await wait(agent, lambda: "There is no folder" in agent.screen)
        assert run(shop, select(Invoice.id).where(Invoice.transaction_id == number)) == []
        (tmp_path / "missing").mkdir()
        await agent.press("ctrl+s")
        await wait(agent, lambda: (tmp_path / "missing" / "out.pdf").exists())


async def test_c2b_the_number_can_be_checked_before_vat_is_charged(shop: Settings, folders: Folders) -> None:
    shop = replace(shop, invoices=replace(PROVIDER, country="DE", vat_number="DE136695976"))
    number = forgotten(shop, country="FR", vat_number="FR40303265045", vat_state=VatState.UNKNOWN, vat_asked_at=None)
    address = {"billing_country": "FR", "billing_vat_number": "FR40303265045"}
    run(shop, update(Transaction).where(Transaction.id == number).values(**address))
    async with agent_at(shop, folders, "transactions", SMALL) as agent:
        await find(agent, number)
        await agent.press("apostrophe")
        await wait(agent, lambda: "VAT applies: VIES hasn't confirmed the number" in agent.screen)
        assert re.search(r"Check FR40303265045 now +not checked with VIES yet", agent.screen)
        await agent.press("down", "enter")
        assert run(shop, select(Invoice.id).where(Invoice.transaction_id == number)) == []
        untaxed = update(TransactionItem).where(TransactionItem.transaction_id == number)
        run(shop, untaxed.values(tax=0, tax_rate=None, tax_category=None))
        await agent.press("apostrophe")
        await wait(agent, lambda: "Check the VAT number now?" in agent.screen)


@SIZES
async def test_the_draft_looks_as_it_did(
    shop: Settings, folders: Folders, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    number = forgotten(shop)
    async with agent_at(shop, folders, "transactions", size) as agent:
        await find(agent, number)
        await agent.press("apostrophe")
        await wait(agent, lambda: "Issue this invoice?" in agent.screen)
        assert agent.screen == snapshot.use_extension(ScreenText)


async def test_what_was_not_paid_is_refused_with_the_reason(shop: Settings, folders: Folders) -> None:
    number = forgotten(shop)
    states = ((PaymentState.PENDING, "isn't complete yet (state: pending)"), (PaymentState.FAILED, "payment failed"))
    for state, words in states:
        run(shop, update(Transaction).where(Transaction.id == number).values(state=state))
        async with agent_at(shop, folders, "transactions") as agent:
            await find(agent, number)
            await agent.press("apostrophe")
            assert words in agent.message


async def test_without_a_provider_in_the_settings_that_is_said(settings: Settings, folders: Folders) -> None:
    number = forgotten(settings)
    async with agent_at(settings, folders, "transactions") as agent:
        await find(agent, number)
        await agent.press("apostrophe")
        await wait(agent, lambda: "required on invoices" in agent.message)
        assert "[invoices]" in agent.message


def test_over_ssh_there_is_a_command_instead_of_a_window() -> None:
    ssh = {"DISPLAY": ":0", "SSH_CONNECTION": "192.0.2.1 5 192.0.2.9 2222"}
    assert not opens_here(ssh)
    assert not opens_here({})
    command = fetch_command(Path("/tmp/it's here/a b.pdf"), "", ssh)
    assert command.startswith("ssh -p 2222 ")
    assert command.endswith("> 'a b.pdf'")
    assert fetch_command(Path("/x.pdf"), "me@host", ssh) == "ssh me@host 'cat /x.pdf' > x.pdf"


async def test_an_admin_gives_a_partner_a_logo_and_a_prefix(shop: Settings, folders: Folders, tmp_path: Path) -> None:
    logo = run(shop, select(InvoiceLogo.content).order_by(InvoiceLogo.id))[0]["content"]
    (tmp_path / "logo.png").write_bytes(logo)
    run(shop, update(Partner).values(logo_id=None))
    async with agent_at(replace(shop, operator="admin"), folders, "partners", SMALL) as agent:
        agent.app.services.run_by_id("partners.replace-logo")
        await wait(agent, lambda: "Logo for" in agent.screen)
        await agent.type(str(tmp_path / "missing.png"))
        await agent.press("ctrl+s")
        await wait(agent, lambda: "can't be read" in agent.screen)
        await agent.press("ctrl+u")
        await agent.type(str(tmp_path / "logo.png"))
        await agent.press("ctrl+s")
        await wait(agent, lambda: run(shop, select(Partner.id).where(Partner.logo_id.is_not(None))) != [])
        await agent.press("e", *("tab",) * 7, "ctrl+u")
        await agent.type("MTP")
        await agent.press("ctrl+s")
        await wait(agent, lambda: "Another partner already has this prefix" in agent.screen)
