"""Each declared check finds what is wrong and nothing else, and its fix sets that right, in one unit of work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text, update
from tests.db.makers import ANN, BOB, NOW, PAT, customer, staff

from partnertui.db.billing_checks import CHECKS
from partnertui.db.billing_checks.run import apply_fixes, check_billing
from partnertui.db.credit import adjust_credit
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.models import (
    BasketItem,
    CreditCard,
    Customer,
    CustomerPriceList,
    Ddi,
    Payment,
    PriceList,
    PriceListEntry,
    PricePlan,
    Product,
    StatementEntry,
    User,
)
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed

EURO = 1_000_000


def put(database: Database, model: Any, **values: Any) -> None:
    database.write(lambda connection: connection.execute(insert(model), [values]))


def change(database: Database, model: Any, **values: Any) -> None:
    database.write(lambda connection: connection.execute(update(model).values(**values)))


@pytest.fixture
def acme(database: Database) -> int:
    """A customer whose billing is in order: plan, price list, card, user, DDI, ledger, basket, payment."""
    staff(database)

    def fill(connection: Connection) -> None:
        def add(model: Any, **values: Any) -> None:
            connection.execute(insert(model), [values])

        add(PricePlan, id=1, name="Business", currency="GBP")
        add(Product, id=1, name="Standard", code="S", item_type="subscription", currency="GBP", is_user_licence=True)
        add(PriceList, id=1, name="DDIs", kind="ddis", currency="GBP")
        fees = {"setup_fee": 2 * EURO, "monthly_fee": EURO}
        add(PriceListEntry, id=1, price_list_id=1, name="Numbers in GB", country="GB", **fees)

    database.write(fill)
    with UnitOfWork(database, ANN) as work:
        new = customer(
            partner_id=7,
            price_plan_id=1,
            auto_top_up=True,
            top_up_amount=EURO,
            vat_number="GB1",
            unlimited_minutes_left=5,
        )
        work.add(new)
        work.commit()
    owner = {"customer_id": new.id, "partner_id": 7}
    put(database, CustomerPriceList, slot="ddis", price_list_id=1, **owner)
    card = {"holder": "A", "brand": "Visa", "last_four": "4242", "expiry_year": 2026, "expiry_month": 5}
    put(database, CreditCard, **card, **owner)
    user = {"email": "u@example.net", "sip_username": "1", "sip_domain": "x"}
    put(database, User, id=1, name="Una", product_id=1, **user, **owner)
    put(database, User, id=2, name="Otto", product_id=1, **{**user, "email": "o", "sip_username": "2"}, **owner)
    put(
        database,
        Ddi,
        id=1,
        number="442079460000",
        country="GB",
        state="active",
        monthly_fee=EURO,
        billing_starts_at=NOW - timedelta(days=30),
        **owner,
    )
    payment = {"payment_type": "card", "amount": 9 * EURO, "currency": "GBP", "state": "completed"}
    put(database, Payment, id=1, unique_payment_id="PAY-1", at=NOW - timedelta(days=3), **payment, **owner)
    item = {"item_type": "service", "description": "Porting", "price": 9 * EURO, "currency": "GBP"}
    paid = {"state": "paid", "payment_id": 1, "due_at": NOW - timedelta(days=4)}
    put(database, BasketItem, id=1, unique_item_id="I1", **item, **paid, **owner)
    with UnitOfWork(database, ANN) as work:
        adjust_credit(work, new.id, 20 * EURO, "first", NOW)
        work.commit()
    return new.id


def call_line(database: Database, customer_id: int, sequence: int, cdr: int, debit: int) -> None:
    """A charge of a call, and the credit that it leaves."""
    balance = database.read(lambda c: c.execute(select(Customer.credit).where(Customer.id == customer_id)).scalar_one())
    line = {
        "sequence": sequence,
        "kind": "call",
        "description": "Call",
        "currency": "GBP",
        "cdr_id": cdr,
        "debit": debit,
    }
    balances = {"balance_before": balance, "balance_after": balance - debit, "at": NOW - timedelta(hours=1)}
    put(database, StatementEntry, customer_id=customer_id, partner_id=7, **line, **balances)
    change(database, Customer, credit=balance - debit)


def findings(database: Database, customer_id: int) -> dict[str, list[tuple[str, str]]]:
    """Texts and fixes by check; checks that found nothing are left out."""
    found = database.read(lambda connection: check_billing(connection, customer_id, NOW))
    assert [one.check for one in found] == list(CHECKS)
    return {one.check.code: [(each.text, each.fix) for each in one.findings] for one in found if one.findings}


def ticks(database: Database, customer_id: int) -> dict[str, str]:
    found = database.read(lambda connection: check_billing(connection, customer_id, NOW))
    return {one.key(each): each.fix for one in found for each in one.findings if each.fix}


def fix(database: Database, customer_id: int, ticked: dict[str, str] | None = None) -> int:
    wanted = ticks(database, customer_id) if ticked is None else ticked
    with UnitOfWork(database, BOB) as work:
        count = apply_fixes(work, customer_id, wanted, NOW)
        work.commit()
        return count


def test_nothing_is_found_where_all_is_in_order(database: Database, acme: int) -> None:
    assert findings(database, acme) == {}


def test_ledger_against_credit(database: Database, acme: int) -> None:
    change(database, Customer, credit=25_500_000)
    assert findings(database, acme) == {
        "ledger": [
            (
                "The ledger ends at £20.00, but the credit is £25.50.",
                "Adds the missing entry of £5.50 to the ledger; the credit isn't changed.",
            )
        ]
    }
    assert fix(database, acme) == 1
    assert findings(database, acme) == {}
    columns = select(StatementEntry.credit, StatementEntry.balance_before, StatementEntry.balance_after)
    last = database.read(lambda c: c.execute(columns.order_by(StatementEntry.sequence.desc()).limit(1)).one())
    assert tuple(last) == (5_500_000, 20 * EURO, 25_500_000)


def test_a_gap_in_the_ledger_has_no_automatic_fix(database: Database, acme: int) -> None:
    balances = {"balance_before": 19 * EURO, "balance_after": 20 * EURO, "credit": EURO, "debit": 0}
    line = {"sequence": 2, "kind": "top-up", "description": "x", "currency": "GBP", "at": NOW}
    put(database, StatementEntry, customer_id=acme, **line, **balances)
    assert findings(database, acme) == {
        "gaps": [("Entry 2 starts at £19.00, but the entry before it ends at £20.00.", "")]
    }


def test_a_call_charged_twice_is_paid_back_once(database: Database, acme: int) -> None:
    for sequence, (cdr, debit) in enumerate(((7, 300_000), (8, 100_000), (7, 300_000)), start=2):
        call_line(database, acme, sequence, cdr, debit)
    assert findings(database, acme) == {
        "calls": [("Call 7 was charged more than once: £0.30 too much.", "Refunds £0.30, with an entry in the ledger.")]
    }
    fix(database, acme)
    assert findings(database, acme) == {}
    credit = database.read(lambda c: c.execute(select(Customer.credit).where(Customer.id == acme)).scalar())
    assert credit == 20 * EURO - 400_000


def test_payments_made_twice(database: Database, acme: int) -> None:
    payment = {"payment_type": "card", "amount": 9 * EURO, "currency": "GBP", "state": "completed", "customer_id": acme}
    first = NOW - timedelta(days=3)
    for number, seconds in ((2, 90), (3, 86_400)):
        when = first + timedelta(seconds=seconds)
        put(database, Payment, id=number, unique_payment_id=f"PAY-{number}", at=when, **payment)
    text = "Payment PAY-2 of £9.00 came 90 s after another for the same amount."
    assert findings(database, acme) == {"payments": [(text, "")]}


def test_paid_items_still_due(database: Database, acme: int) -> None:
    change(database, BasketItem, state="due")
    text = "Porting for £9.00 is still marked as unpaid, but was paid with PAY-1."
    assert findings(database, acme) == {"paid": [(text, "Marks the item as paid.")]}
    fix(database, acme)
    assert findings(database, acme) == {}
    assert database.read(lambda c: c.execute(select(BasketItem.state)).scalar()) == "paid"


def test_due_items_still_hidden(database: Database, acme: int) -> None:
    change(database, BasketItem, state="hidden", payment_id=None)
    assert findings(database, acme) == {}, "its time has come, so it isn't hidden any more"
    change(database, BasketItem, hidden_until=NOW + timedelta(days=9000))
    assert [code for code in findings(database, acme)] == ["hidden"]
    fix(database, acme)
    assert findings(database, acme) == {}
    assert database.read(lambda c: c.execute(select(BasketItem.state)).scalar()) == "due"


def test_a_user_without_a_product(database: Database, acme: int) -> None:
    database.write(lambda c: c.execute(update(User).where(User.id == 2).values(product_id=None)))
    text, done = "Otto has no product, so nothing is charged.", "Gives the user the product “Standard”, the most common"
    assert findings(database, acme) == {"products": [(text, f"{done} one among the customer's users.")]}
    fix(database, acme)
    assert findings(database, acme) == {}
    change(database, User, product_id=None)
    assert [found[1] for found in findings(database, acme)["products"]] == ["", ""], "nobody to take an example by"


def test_a_ddi_without_a_price(database: Database, acme: int) -> None:
    change(database, Ddi, monthly_fee=0)
    assert findings(database, acme) == {
        "ddis": [
            (
                "DDI +442079460000 is active without a price.",
                "Sets the price “Numbers in GB”: £1.00 a month, £2.00 set-up.",
            )
        ]
    }
    fix(database, acme)
    columns = select(Ddi.price_list_entry_id, Ddi.setup_fee, Ddi.monthly_fee, Ddi.currency)
    assert tuple(database.read(lambda c: c.execute(columns).one())) == (1, 2 * EURO, EURO, "GBP")
    change(database, Ddi, monthly_fee=0, price_list_entry_id=None, in_unlimited_plan=True)
    assert findings(database, acme) == {}
    change(database, Ddi, in_unlimited_plan=False, country="DE")
    assert findings(database, acme)["ddis"][0][1] == "", "the price list has no price for it"


def test_a_vat_number_that_is_missing_or_denied(database: Database, acme: int) -> None:
    change(database, Customer, country="DE", vat_number=None)
    assert findings(database, acme) == {"vat": [("A customer in Germany needs a VAT number.", "")]}
    change(database, Customer, vat_number="DE136695976", vat_state="invalid")
    assert findings(database, acme) == {"vat": [("VIES says that DE136695976 isn't valid.", "")]}
    change(database, Customer, vat_state="unknown")
    assert findings(database, acme) == {}


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"expiry_month": 4}, "but Visa 4242 expired in 04/2026."),
        ({"status": "declined"}, "but Visa 4242 is declined."),
        ({"status": "deleted"}, "but there is no card."),
    ],
)
def test_auto_top_up_without_a_card_to_charge(database: Database, acme: int, card: dict[str, Any], words: str) -> None:
    change(database, CreditCard, **card)
    fixes = "Turns auto top-up off until a card is added."
    assert findings(database, acme) == {"card": [(f"Auto top-up is on, {words}", fixes)]}
    fix(database, acme)
    assert findings(database, acme) == {}


def test_negative_minutes(database: Database, acme: int) -> None:
    """The platform's own tables may lack our constraint."""
    if database.dialect == "postgresql":
        database.write(lambda c: c.execute(text("ALTER TABLE customers DROP CONSTRAINT ck_customers_minutes")))

    def break_it(connection: Connection) -> None:
        if database.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = 1")
        connection.execute(update(Customer).values(unlimited_minutes_left=-12))
        if database.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = 0")

    database.write(break_it)
    assert findings(database, acme) == {"minutes": [("The plan has -12 minutes left.", "Sets the minutes left to 0.")]}
    fix(database, acme)
    assert findings(database, acme) == {}


def test_a_plan_that_does_not_fit(database: Database, acme: int) -> None:
    change(database, PricePlan, currency="EUR", enabled=False)
    texts = [found[0] for found in findings(database, acme)["plan"]]
    assert texts == ["The plan “Business” is in EUR, but invoices are in GBP.", "The plan “Business” is disabled."]


def broken(database: Database, customer_id: int) -> None:
    """A ledger that ends elsewhere, a call charged twice, a paid item still due, a card that expired."""
    for sequence in (2, 3):
        call_line(database, customer_id, sequence, 7, 300_000)
    change(database, Customer, credit=30 * EURO)
    change(database, BasketItem, state="due")
    change(database, CreditCard, expiry_month=1)


def test_all_fixes_at_once_leave_nothing_to_find(database: Database, acme: int) -> None:
    broken(database, acme)
    assert fix(database, acme) == 4
    assert findings(database, acme) == {}


def test_only_what_is_ticked_is_fixed(database: Database, acme: int) -> None:
    broken(database, acme)
    wanted = {key: words for key, words in ticks(database, acme).items() if key.startswith("paid")}
    assert fix(database, acme, wanted) == 1
    assert findings(database, acme).keys() == {"ledger", "calls", "card"}


def test_a_payback_needs_a_ledger_that_adds_up(database: Database, acme: int) -> None:
    broken(database, acme)
    wanted = {key: words for key, words in ticks(database, acme).items() if key.startswith(("calls", "paid"))}
    with pytest.raises(DomainError, match="doesn't match the credit"):
        fix(database, acme, wanted)
    assert "paid" in findings(database, acme), "nothing by halves"


@pytest.mark.parametrize("what", ["gone", "another"])
def test_what_has_changed_since_is_not_fixed(database: Database, acme: int, what: str) -> None:
    broken(database, acme)
    wanted = ticks(database, acme)
    change(database, Customer, credit=31 * EURO) if what == "another" else change(database, BasketItem, state="paid")
    before = findings(database, acme)
    with pytest.raises(DomainError, match=r"Something has changed since the check.*Nothing was fixed"):
        fix(database, acme, wanted)
    assert findings(database, acme) == before


def test_partners_fix_nothing_and_strangers_are_not_there(database: Database, acme: int) -> None:
    with UnitOfWork(database, PAT) as work, pytest.raises(NotAllowed):
        apply_fixes(work, acme, {}, NOW)
    with UnitOfWork(database, BOB) as work, pytest.raises(RowDeleted):
        apply_fixes(work, 999, {}, NOW)


def test_a_ddi_gets_the_price_of_the_longest_prefix(database: Database, acme: int) -> None:
    london = {"price_list_id": 1, "name": "London", "country": "GB", "prefix": "4420", "monthly_fee": 3 * EURO}
    put(database, PriceListEntry, id=2, **london)
    change(database, Ddi, monthly_fee=0)
    assert "“London”: £3.00 a month" in findings(database, acme)["ddis"][0][1]
    put(database, PriceListEntry, id=3, **london)
    assert findings(database, acme)["ddis"][0][1] == "", "two fit alike: people decide"


def test_an_active_number_that_nothing_bills_gets_a_start(database: Database, acme: int) -> None:
    change(database, Ddi, billing_starts_at=None)
    found = findings(database, acme)
    assert found == {
        "starts": [
            (
                "DDI +442079460000 is active at £1.00 a month, but has no billing start date, so it isn't billed.",
                "Starts billing now.",
            )
        ]
    }
    assert fix(database, acme) == 1
    assert findings(database, acme) == {}
