"""Numbers have no gaps, whoever issues at the same time and wherever the program is killed; documents never change."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, insert, select, update
from tests.db.makers import ANN, NOW, PAT, customer, staff
from tests.invoices.sales import SELLER

from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import new_key
from partnertui.db.invoices.issue import draft_of
from partnertui.db.invoices.issued_document_file import DETAILED, PDF, Issued, issue_once, read_issued
from partnertui.db.models import (
    Cdr,
    Customer,
    History,
    Invoice,
    InvoiceCounter,
    Partner,
    Transaction,
    TransactionItem,
    User,
)
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import ItemType, PaymentState, TaxCategory, TransactionType
from partnertui.domain.call_enums import CallDirection, Disposition, LegCategory
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.vat_numbers import VatState
from partnertui.invoices.date_and_amount_formats import Formats
from partnertui.invoices.provider import Provider
from partnertui.invoices.time_zones_and_days import zone_of

EURO, CENT = 1_000_000, 10_000
PROVIDER = Provider(SELLER, zone=zone_of("Europe/Berlin"))


@dataclass
class Shop:
    """A customer of the provider, and what is sold to it."""

    database: Database
    customer_id: int

    def sell(
        self,
        net: int,
        tax: int,
        *,
        rate: int | None = 1900,
        category: TaxCategory | None = None,
        refund_of: tuple[int, int] | None = None,
        **columns: Any,
    ) -> tuple[int, int]:
        """The IDs of a completed transaction and its item."""
        kind = TransactionType.REFUND if refund_of else TransactionType.RENEWAL
        sold = Transaction(
            customer_id=self.customer_id,
            at=NOW,
            transaction_type=kind,
            amount=net + tax,
            tax=tax,
            currency="EUR",
            state=PaymentState.COMPLETED,
            refund_of_id=refund_of[0] if refund_of else None,
            **columns,
        )
        with UnitOfWork(self.database, ANN) as unit:
            unit.add(sold)
            unit.session.flush()
            item = TransactionItem(
                customer_id=self.customer_id,
                transaction_id=sold.id,
                item_type=ItemType.SUBSCRIPTION,
                description="Standard user",
                unit_price=abs(net),
                total=net,
                tax=tax,
                tax_rate=rate,
                tax_category=category,
                refund_of_item_id=refund_of[1] if refund_of else None,
                currency="EUR",
                period_from=NOW,
                period_to=NOW + timedelta(days=30),
            )
            unit.add(item)
            unit.commit()
            return sold.id, item.id

    def issue(self, transaction_id: int, operator: Operator = ANN, provider: Provider = PROVIDER) -> int:
        """The ID of the transaction's document."""
        return issue_once(self.database, operator, new_key(), transaction_id, provider, NOW)

    def read(self, invoice_id: int, form: str = PDF) -> Issued:
        """A document as it is stored."""
        return read_issued(self.database, ANN, invoice_id, form)

    def numbers(self) -> list[str]:
        """All numbers in the order in which they were issued."""
        return list(self.database.read(lambda c: c.scalars(select(Invoice.number).order_by(Invoice.id)).all()))

    def change(self, model: Any, **values: Any) -> None:
        """Changes all rows of a table, as another program does."""
        if values:
            self.database.write(lambda c: c.execute(update(model).values(**values)))


@pytest.fixture
def shop(database: Database) -> Shop:
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        new = customer(
            country="DE", vat_number="DE136695976", street="Weg 2", city="Bonn", currency="EUR", language="de"
        )
        unit.add(new)
        unit.commit()
        return Shop(database, new.id)


def test_a_document_is_issued_once(shop: Shop) -> None:
    first, _ = shop.sell(10 * EURO, 1_900_000)
    second, _ = shop.sell(10 * EURO, 1_900_000)
    one = shop.issue(first)
    assert shop.issue(first) == one
    shop.issue(second)
    assert shop.numbers() == ["INV-2026-000001", "INV-2026-000002"]
    found = shop.database.read(lambda c: c.execute(select(Transaction.invoice_number).order_by(Transaction.id)).all())
    assert [row[0] for row in found] == shop.numbers()
    actions = select(History.action).where(History.object_table == "invoices")
    assert shop.database.read(lambda c: c.scalars(actions).all()) == ["created", "created"]


def test_what_changes_later_does_not_change_the_document(shop: Shop) -> None:
    sold, _ = shop.sell(10 * EURO, 1_900_000)
    invoice_id = shop.issue(sold)
    before = shop.read(invoice_id).document
    shop.change(Customer, company="Other", street="Elsewhere", vat_number=None)
    shop.change(TransactionItem, description="Other", total=1)
    assert shop.read(invoice_id).document == before
    assert before.buyer.name == "Acme"


def test_the_date_and_year_are_those_of_the_sellers_time_zone(shop: Shop) -> None:
    sold, _ = shop.sell(10 * EURO, 1_900_000)
    late = NOW.replace(month=12, day=31, hour=23, minute=30)
    issue_once(shop.database, ANN, new_key(), sold, PROVIDER, late)
    assert shop.numbers() == ["INV-2027-000001"]


def test_numbers_of_another_program_are_kept_and_ours_go_on_behind_them(shop: Shop) -> None:
    old, _ = shop.sell(10 * EURO, 1_900_000, invoice_number="INV-2026-000041")
    new, _ = shop.sell(10 * EURO, 1_900_000)
    shop.issue(new)
    shop.issue(old)
    assert shop.numbers() == ["INV-2026-000042", "INV-2026-000041"]
    counters = select(InvoiceCounter.seller_id, InvoiceCounter.year, InvoiceCounter.last)
    assert shop.database.read(lambda c: c.execute(counters).all()) == [(0, 2026, 42)]


def test_a_partner_has_numbers_of_their_own(shop: Shop) -> None:
    shop.change(Customer, partner_id=7)
    first, _ = shop.sell(10 * EURO, 1_900_000)
    with pytest.raises(DomainError, match="missing details for invoices: street, city, country and VAT number"):
        shop.issue(first, PAT)
    assert shop.numbers() == []
    details = {"street": "Kai 1", "city": "Bremen", "country": "DE", "vat_number": "DE136695976"}
    shop.database.write(lambda c: c.execute(update(Partner).where(Partner.id == 7).values(**details)))
    shop.issue(first, PAT)
    shop.database.write(lambda c: c.execute(update(Partner).where(Partner.id == 7).values(invoice_prefix="SVN")))
    second, _ = shop.sell(10 * EURO, 1_900_000)
    document = shop.read(shop.issue(second, PAT)).document
    assert shop.numbers() == ["P7-INV-2026-000001", "SVN-INV-2026-000002"]
    assert document.seller.name == "Seven"
    with pytest.raises(RowDeleted):
        shop.issue(second, replace(PAT, partner_id=8))


def test_a_clash_with_another_sellers_number_is_refused(shop: Shop) -> None:
    shop.sell(10 * EURO, 1_900_000, invoice_number="A-INV-2026-000002")
    provider = replace(PROVIDER, seller=replace(SELLER, prefix="A"))
    first, _ = shop.sell(10 * EURO, 1_900_000)
    shop.issue(first, provider=provider)
    assert shop.numbers() == ["A-INV-2026-000003"]
    shop.sell(10 * EURO, 1_900_000, invoice_number="A-INV-2026-000004")
    second, _ = shop.sell(10 * EURO, 1_900_000)
    with pytest.raises(DomainError, match="already been used by another seller"):
        shop.issue(second, provider=provider)


def test_credit_notes_come_to_the_invoice_and_no_more(shop: Shop) -> None:
    origin = shop.sell(12_330_000, 2_340_000)
    early, _ = shop.sell(-EURO, -190_000, refund_of=origin)
    with pytest.raises(DomainError, match=r"has no invoice yet\. *"):
        shop.issue(early)
    shop.issue(origin[0])
    rest, _ = shop.sell(-11_330_000, -2_150_000, refund_of=origin)
    notes = [shop.read(shop.issue(refund)).document for refund in (early, rest)]
    assert shop.numbers() == ["INV-2026-000001", "CN-2026-000001", "CN-2026-000002"]
    assert sum(note.gross for note in notes) == -14_670_000
    more, _ = shop.sell(-CENT, 0, refund_of=origin)
    with pytest.raises(DomainError, match="would total"):
        shop.issue(more)
    assert notes[0].preceding is not None
    assert notes[0].preceding.number == "INV-2026-000001"


def test_a_refused_document_takes_no_number(shop: Shop) -> None:
    wrong, _ = shop.sell(10 * EURO, 5_000_000)
    right, _ = shop.sell(10 * EURO, 1_900_000)
    with pytest.raises(DomainError, match="isn't 19%"):
        shop.issue(wrong)
    shop.issue(right)
    assert shop.numbers() == ["INV-2026-000001"]


def test_c2b_a_draft_says_why_there_is_vat_and_takes_no_number(shop: Shop) -> None:
    shop.change(Customer, country="FR", vat_number="FR40303265045")
    sold, _ = shop.sell(10 * EURO, 1_900_000)
    with UnitOfWork(shop.database, ANN) as unit:
        draft = draft_of(unit, sold, PROVIDER, NOW)
    assert (draft.reverse_charge.allowed, draft.reverse_charge.check_now) == (False, True)
    assert "VAT applies: FR40303265045 hasn't been checked with VIES yet." in draft.reverse_charge.sentence
    assert shop.numbers() == []


ISSUE = """
import os, signal, sys
from datetime import UTC, datetime
from sqlalchemy import event
from partnertui.db.idempotent_writes import new_key
from partnertui.db.database import open_database
from partnertui.db.invoices.issued_document_file import issue_once
from partnertui.domain.operators import Operator, Role
from partnertui.invoices.provider import Provider
from tests.invoices.sales import SELLER

def issue(transaction_id, stop_at=0):
    database, count = open_database(sys.argv[2]), 0

    def step(*arguments):
        nonlocal count
        count += 1
        if count == stop_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", step)
    event.listen(database.engine, "commit", step)
    ann = Operator(1, "ann", "Ann", Role.SUPPORT, None)
    issue_once(database, ann, new_key(), transaction_id, Provider(SELLER), datetime(2026, 5, 1, tzinfo=UTC))
    database.close()
    return count

transactions = list(map(int, sys.argv[3:]))
if sys.argv[1] == "issue":
    for transaction_id in transactions:
        issue(transaction_id)
    sys.exit()
killed, completed = 0, False
for stop_at, transaction_id in enumerate(transactions, 1):
    child = os.fork()
    if not child:
        issue(transaction_id, stop_at)
        os._exit(0)
    if os.waitpid(child, 0)[1] == signal.SIGKILL:
        killed += 1
    else:
        completed = True
    issue(transaction_id)
print(killed, completed)
"""


def program(shop: Shop, what: str, *transactions: int) -> subprocess.Popen[bytes]:
    """Another program that issues these; "kill" kills a child at its first step, then at its second, and so on."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), *sys.path])}
    words = [sys.executable, "-c", ISSUE, what, shop.database.url, *map(str, transactions)]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE)


def test_killed_between_any_two_steps_there_is_no_gap(shop: Shop) -> None:
    sold = [shop.sell(10 * EURO, 1_900_000)[0] for _ in range(30)]
    killed, completed = program(shop, "kill", *sold).communicate(timeout=120)[0].split()
    assert int(killed) > 10
    assert completed == b"True", "every step was a kill's"
    assert shop.numbers() == [f"INV-2026-{number:06d}" for number in range(1, 31)]


def test_programs_at_the_same_time_share_no_number_and_leave_none_out(shop: Shop) -> None:
    sold = [shop.sell(10 * EURO, 1_900_000)[0] for _ in range(12)]
    runs = [
        program(shop, "issue", *(sold if number % 2 else sold[::-1])) for number in range(4)
    ]  # all of them, all at once
    for run in runs:
        run.communicate(timeout=120)
        assert run.returncode == 0
    assert sorted(shop.numbers()) == [f"INV-2026-{number:06d}" for number in range(1, 13)]
    count = select(func.count()).select_from(Invoice)
    assert shop.database.read(lambda c: c.scalar(count)) == 12


CASES: dict[str, tuple[dict[str, Any], int, int | None, TaxCategory | None]] = {
    "domestic": ({}, 1_900_000, 1900, None),
    "reverse charge": ({"country": "FR", "vat_number": "FR40303265045", "vat_state": VatState.VALID}, 0, None, None),
    "third country": ({"country": "US", "vat_number": None}, 0, None, None),
    "exempt": ({}, 0, 0, TaxCategory.EXEMPT),
    "zero": ({}, 0, 0, TaxCategory.ZERO),
}


@pytest.mark.parametrize("case", CASES)
def test_the_pdf_says_what_the_database_says(shop: Shop, case: str) -> None:
    columns, tax, rate, category = CASES[case]
    shop.change(Customer, **columns)
    sold, _ = shop.sell(10 * EURO, tax, rate=rate, category=category)
    invoice_id = shop.issue(sold)
    content = shop.read(invoice_id).content(PDF)
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).replace("\u00a0", " ")
    row = shop.database.read(lambda c: c.execute(select(Transaction)).one())
    buyer = shop.database.read(lambda c: c.execute(select(Customer)).one())
    money = Formats("de", buyer.country).money
    for amount in (row.amount, row.tax, row.amount - row.tax):
        assert money(amount, "EUR").replace("\u00a0", " ") in pages
    wanted = (row.invoice_number, buyer.company, buyer.vat_number, SELLER.party.vat_number, "Standard user")
    assert all(text in pages for text in wanted if text)
    words = {"reverse charge": "Reverse charge", "third country": "outside the seller", "exempt": "Exempt from VAT"}
    assert words.get(case, "") in pages


def test_the_calls_are_those_of_the_period_that_were_billed(shop: Shop) -> None:
    sold, _ = shop.sell(10 * EURO, 1_900_000)
    with UnitOfWork(shop.database, ANN) as unit:
        user = User(customer_id=shop.customer_id, name="Ada", email="a@b.example", sip_username="a", sip_domain="b")
        unit.add(user)
        unit.commit()
    begin = NOW.replace(hour=22, minute=0) - timedelta(days=1)  # midnight in Berlin

    def call(minutes: int, **values: Any) -> dict[str, Any]:
        row = {
            "started_at": begin + timedelta(minutes=minutes),
            "category": LegCategory.DIALLED,
            "direction": CallDirection.OUTBOUND,
            "customer_id": shop.customer_id,
            "user_id": user.id,
            "destination_number": f"49{minutes}",
            "prefix_name": "Germany",
            "billed_seconds": 60,
            "charge": 3333,
            "currency": "EUR",
            "disposition": Disposition.ANSWERED,
        }
        return row | values

    rows = [
        call(0),
        call(1, prefix_name=None, charge=0, user_id=None),
        call(2, category=LegCategory.OTHER),
        call(-1),
        call(3, billed_seconds=0, charge=0, disposition=Disposition.BUSY),
        call(4, direction=CallDirection.INBOUND, category=LegCategory.RECEIVED, charge=0),
        call(5, currency="GBP"),
        call(6, customer_id=shop.customer_id + 1),
        call(60 * 24 * 32),
    ]
    shop.database.write(lambda c: c.execute(insert(Cdr), rows))
    shop.change(Customer, time_zone="Europe/Berlin")
    found = shop.read(shop.issue(sold), DETAILED).calls
    assert found is not None
    assert [(one.number, one.user, one.destination) for one in found.calls] == [
        ("490", "Ada", "Germany"),
        ("491", "No user", "Other"),
        ("492", "Ada", "Germany"),
    ]
    assert (found.first_day, found.last_day, found.total().charge) == ("2026-05-01", "2026-05-31", 6666)


def test_without_a_period_there_are_no_calls(shop: Shop) -> None:
    sold, _ = shop.sell(10 * EURO, 1_900_000)
    shop.change(TransactionItem, period_from=None, period_to=None)
    invoice_id = shop.issue(sold)
    with pytest.raises(DomainError, match="covers a period"):
        shop.read(invoice_id, DETAILED)


def test_a_logo_is_kept_as_it_was(shop: Shop) -> None:
    with_logo = Provider(SELLER, b"first")
    one, two, three = (shop.sell(10 * EURO, 1_900_000)[0] for _ in range(3))
    ids = [shop.issue(one, provider=with_logo), shop.issue(two, provider=with_logo)]
    ids.append(shop.issue(three, provider=replace(with_logo, logo=b"second")))
    assert [shop.read(invoice_id).logo for invoice_id in ids] == [b"first", b"first", b"second"]
