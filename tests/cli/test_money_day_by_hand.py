"""Three items, a payment, one item given back, its credit note: in a real terminal of 80×24, by keyboard and by mouse.

By keyboard alone it takes 46 keys, without what is typed into fields: for each item `a`, three times down, once down,
`Ctrl+S`; `Space` marks the three, `)` and `Ctrl+S` record their payment, `g` `t` `'` `y` `Ctrl+S` issue the invoice;
`(` `i` `Tab` `Space` `Space` `Ctrl+S`, down and `Ctrl+S` refund one item, `g` `f` `S` `Ctrl+S` mark as paid what was
paid out by hand, `g` `t` `k` `'` `y` `Ctrl+S` issue the credit note and write it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from tests.cli.test_ddi_dialogs import MouseTerminal
from tests.money.shop import BUYS

from partnertui.db.database import open_database
from partnertui.db.models import BasketItem, Customer, Invoice, Transaction, TransactionItem
from partnertui.demo import build
from partnertui.invoices.date_and_amount_formats import Formats
from partnertui.invoices.document import from_snapshot

KEYS = 46
NAMES = ("Desk phone", "Headset", "Delivery")
PRICES = ("149", "59.50", "9")
DOWN, SAVE = "\x1b[B", "\x13"
ADDRESS = {name: BUYS[name] for name in ("country", "vat_number", "street", "city")}
SETTINGS = """
operator = "ann"
development = true
locale = "en_GB"
[vies]
url = ""
[invoices]
company = "Beispiel Telefon GmbH"
street = "Hauptstr. 1"
postcode = "10115"
city = "Berlin"
country = "DE"
vat_number = "DE136695976"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Demo data with customers in Germany, and nothing in their baskets."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=3, cdrs=0, seed=7, now=datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
    (tmp_path / "settings.toml").write_text(f'{SETTINGS}[database]\nurl = "{url}"\n')
    database = open_database(url)

    def work(connection: Any) -> None:
        connection.execute(update(BasketItem).values(state="paid"))
        billed = {"partner_id": None, "status": "active", "currency": "EUR", "language": "en"}
        connection.execute(update(Customer).values(**billed, **ADDRESS))

    database.write(work)
    database.close()
    return tmp_path


@pytest.fixture
def terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MouseTerminal]:
    """The program at the basket of the first customer."""
    monkeypatch.chdir(folder)
    found = MouseTerminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("1 of 3")
    found.type("c:basket\r")
    found.wait("Basket", "Unpaid 0")
    yield found
    found.close()


def stored(folder: Path) -> tuple[Any, Any, list[Any], Any]:
    """The sale, the transaction that gives back, the sale's items, and the credit note."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")

    def work(connection: Any) -> tuple[Any, Any, list[Any], Any]:
        sold, items = Transaction.__table__, TransactionItem.__table__
        back = connection.execute(select(sold).order_by(sold.c.id.desc()).limit(1)).one()
        sale = connection.execute(select(sold).where(sold.c.id == back.refund_of_id)).one()
        mine = connection.execute(select(items).where(items.c.transaction_id == sale.id).order_by(items.c.id)).all()
        note = select(Invoice.number, Invoice.snapshot).where(Invoice.transaction_id == back.id)
        return sale, back, list(mine), connection.execute(note).one()

    found = database.read(work)
    database.close()
    return found


def check(folder: Path) -> None:
    """The database and the files agree: three items were paid with their VAT of 19 %, and the first went back."""
    sale, back, items, note = stored(folder)
    assert (sale.amount, sale.tax, sale.refunded, sale.state) == (258_830_000, 41_330_000, 177_310_000, "part refunded")
    assert (back.amount, back.tax, back.state, back.result) == (-177_310_000, -28_310_000, "completed", "refunded")
    assert [(item.description, item.refunded) for item in items] == [
        ("Desk phone", 149_000_000),
        ("Headset", 0),
        ("Delivery", 0),
    ]
    assert (back.gateway_reference, back.invoice_number) == ("SEPA 77", note.number)
    texts = {path.name: text_of(path) for path in folder.glob("*.pdf")}
    [invoice] = [text for name, text in texts.items() if name.startswith("invoice")]
    [credit] = [text for name, text in texts.items() if not name.startswith("invoice")]
    money = Formats("en", "DE").money
    shown = [money(amount, "EUR").replace("\u00a0", " ") for amount in (149_000_000, 28_310_000, 177_310_000)]
    wanted = (note.number, sale.invoice_number, "Desk phone", "19%", *shown, "Beispiel Telefon GmbH")
    assert [one for one in wanted if one not in credit] == []
    assert "Headset" not in credit
    whole = money(258_830_000, "EUR").replace("\u00a0", " ")
    assert [one for one in (sale.invoice_number, *NAMES, whole) if one not in invoice] == []
    groups = [(group.rate, group.net, group.tax) for group in from_snapshot(note.snapshot).groups]
    assert groups == [(1900, -149_000_000, -28_310_000)]


def text_of(path: Path) -> str:
    """What a PDF says."""
    return " ".join(page.extract_text() for page in PdfReader(path).pages).replace("\u00a0", " ")


class Keys:
    """Types keys and counts them."""

    def __init__(self, terminal: MouseTerminal) -> None:
        self.terminal, self.count = terminal, 0

    def press(self, keys: str, *then: str) -> None:
        """Presses them and waits for a line."""
        self.count += len(keys.replace(DOWN, "↓"))
        self.terminal.type(keys)
        self.terminal.wait(*then)


def test_from_the_basket_to_the_credit_note_by_keyboard_alone(folder: Path, terminal: MouseTerminal) -> None:
    keys = Keys(terminal)
    for number, (name, price) in enumerate(zip(NAMES, PRICES, strict=True), 1):
        keys.press("a", "Unique item ID *")
        keys.press(DOWN * 3, "Description *")
        terminal.type(name)
        keys.press(DOWN, "Price *")
        terminal.type(price)
        keys.press(SAVE, f"Unpaid {number}")
    keys.press("   )", "of €258.83 (€217.50 + €41.33 VAT)")
    keys.press(SAVE, "recorded.")
    keys.press("gt", "purchase", "completed")
    keys.press("'", "Issue this invoice?")
    keys.press("y", "File *")
    keys.press(SAVE, "Invoice INV-")
    keys.press("(", "Refund INV-")
    keys.press("i\t  ", "€177.31 will be refunded", "including")
    keys.press(SAVE, "Reason *")
    terminal.type("sold twice")
    keys.press(DOWN, "Repeat amount *")
    terminal.type("177.31")  # a refund above the limit
    keys.press(SAVE, "pay it out manually")
    keys.press("gf", "by hand", "€177.31")
    keys.press("S", "Reference *")
    terminal.write("SEPA 77")
    keys.press(SAVE, "By hand 0")
    keys.press("gt", "refund", "-€177.31")
    keys.press("k'", "Issue this credit note?")
    keys.press("y", "File *")
    keys.press(SAVE, "Credit note CN-")
    check(folder)
    assert keys.count == KEYS


def test_from_the_basket_to_the_credit_note_by_mouse_alone(folder: Path, terminal: MouseTerminal) -> None:
    """Text is pasted, as the right mouse button does."""
    for number, (name, price) in enumerate(zip(NAMES, PRICES, strict=True), 1):
        terminal.click("a add")
        field(terminal, "Description *", name)
        field(terminal, "Price *", price)
        terminal.click("Ctrl+S add")
        terminal.wait(f"Unpaid {number}")
    terminal.click(") payment")
    for number, name in enumerate(NAMES):
        terminal.drag(name, "This payment" if number else "This payment: no items")
    terminal.wait("of €258.83 (€217.50 + €41.33 VAT)")
    terminal.click("Ctrl+S record")
    terminal.wait("recorded.")
    open_screen(terminal, "Transactions")
    terminal.click("purchase")
    terminal.click("' invoice")
    terminal.click("y issue it")
    terminal.click("Ctrl+S issue it")
    terminal.wait("Invoice INV-", "has been saved in")
    terminal.click("( refund")
    terminal.click("full", "Refund ")
    terminal.click("individual items")
    terminal.drag("Desk phone", "Refund: no items")
    terminal.wait("€177.31 will be refunded", "including")
    terminal.click("Ctrl+S preview")
    field(terminal, "Reason *", "sold twice")
    field(terminal, "Repeat amount *", "177.31")
    terminal.click("Ctrl+S refund")
    terminal.wait("pay it out manually")
    open_screen(terminal, "Refunds")
    terminal.click("by hand", "€177.31")
    terminal.click("S paid out")
    field(terminal, "Reference *", "SEPA 77")
    terminal.click("Enter mark as paid")
    terminal.wait("By hand 0")
    open_screen(terminal, "Transactions")
    terminal.click("refund", "-€177.31")
    terminal.click("' ")
    terminal.click("y issue it")
    terminal.click("Ctrl+S issue it")
    terminal.wait("Credit note CN-")
    check(folder)


def field(terminal: MouseTerminal, label: str, text: str) -> None:
    """Pastes a text into a field."""
    column, row = terminal.place(label)
    terminal.settle()
    terminal.write(f"\x1b[<0;{column + 26};{row}M\x1b[<0;{column + 26};{row}m")
    terminal.paste(text)


def open_screen(terminal: MouseTerminal, title: str) -> None:
    """Opens a screen from the menu."""
    terminal.click("≡")
    terminal.click(title)
    terminal.wait(title, " of ")
