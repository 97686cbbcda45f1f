"""A sale is given back in part, in a real terminal of 80×24, from the customer's call to the credit note in a file.

By keyboard alone it takes 19 keys, without the reason and the reference of the transfer, which are typed:
`(` `i` `Tab` `Space` `Space` `Ctrl+S` and `Ctrl+S` refund one item, `g` `f` `S` `Ctrl+S` tick off what was paid out by
hand, `g` `t` `k` `'` `y` `Ctrl+S` issue the credit note and write it; `g` `t` go to the transactions in the beginning.
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
from tests.money.shop import BUYS, PROVIDER, Sold, now, sell

from partnertui.db.committed_writes import new_key
from partnertui.db.engine import open_database
from partnertui.db.invoices.document_file import issue_once
from partnertui.db.models import Customer, Invoice, Transaction, TransactionItem
from partnertui.db.session import UnitOfWork
from partnertui.demo import build
from partnertui.domain.operators import Operator, Role
from partnertui.invoices.document import from_snapshot
from partnertui.invoices.formats import Formats

KEYS = 19
ANN = Operator(1, "ann", "Ann", Role.SUPPORT, None)
ADDRESS = {name: BUYS[name] for name in ("country", "vat_number", "street", "city")}
SETTINGS = """
operator = "ann"
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
    """Demo data with a sale of today: one item at 19 % and one at 7 %, paid and invoiced."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=3, cdrs=0, seed=7, now=datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
    (tmp_path / "settings.toml").write_text(f'{SETTINGS}[database]\nurl = "{url}"\n')
    database = open_database(url)
    billed = update(Customer).where(Customer.id == 1).values(**ADDRESS, partner_id=None, language="en")
    database.write(lambda connection: connection.execute(billed))
    lines = [Sold(12_330_000, 1900), Sold(7_500_000, 700)]
    with UnitOfWork(database, ANN) as unit:
        sale = sell(unit, 1, lines, now())
        unit.commit()
    issue_once(database, ANN, new_key(), sale, PROVIDER, now())
    database.close()
    return tmp_path


@pytest.fixture
def terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MouseTerminal]:
    """The program at the list of customers."""
    monkeypatch.chdir(folder)
    found = MouseTerminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("1 of 3")
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
    """The database and the file agree: the first item went back, with its VAT of 19 %."""
    sale, back, items, note = stored(folder)
    assert (sale.refunded, sale.state) == (14_670_000, "part refunded")
    assert (back.amount, back.tax, back.state, back.result) == (-14_670_000, -2_340_000, "completed", "refunded")
    assert [(item.refunded, item.refunded_tax) for item in items] == [(12_330_000, 2_342_700), (0, 0)]
    assert (back.gateway_reference, back.invoice_number) == ("SEPA 77", note.number)
    (path,) = folder.glob("*.pdf")
    text = " ".join(page.extract_text() for page in PdfReader(path).pages).replace("\u00a0", " ")
    money = Formats("en", "DE").money
    amounts = (money(amount, "EUR").replace("\u00a0", " ") for amount in (12_330_000, 2_340_000, 14_670_000))
    wanted = (note.number, sale.invoice_number, "Item 1", "19 %", *amounts, "Beispiel Telefon GmbH")
    assert [one for one in wanted if one not in text] == []
    assert "Item 2" not in text
    document = from_snapshot(note.snapshot)
    assert [(group.rate, group.net, group.tax) for group in document.groups] == [(1900, -12_330_000, -2_340_000)]


class Keys:
    """Types keys and counts them."""

    def __init__(self, terminal: MouseTerminal) -> None:
        self.terminal, self.count = terminal, 0

    def press(self, keys: str, *then: str) -> None:
        """Presses them and waits for a line."""
        self.count += len(keys)
        self.terminal.type(keys)
        self.terminal.wait(*then)


def test_an_item_back_and_its_credit_note_by_keyboard_alone(folder: Path, terminal: MouseTerminal) -> None:
    keys = Keys(terminal)
    keys.press("gt", "purchase", "completed")
    keys.press("(", "Refund INV-")
    keys.press("i\t  ", "goes back", "including")
    keys.press("\x13", "Reason *")
    terminal.write("sold twice")
    keys.press("\x13", "pay it out by hand")
    keys.press("gf", "by hand", "€14.67")
    keys.press("S", "Reference *")
    terminal.write("SEPA 77")
    keys.press("\x13", "By hand 0")
    keys.press("gt", "refund", "-€14.67")
    keys.press("k'", "Issue this credit note?")
    keys.press("y", "File *")
    keys.press("\x13", "Credit note CN-")
    check(folder)
    assert keys.count == KEYS
