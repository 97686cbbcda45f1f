"""What a payment sells can be invoiced and refunded, item by item, down to a credit note that ends at nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from tests.db.basket.makers import CENT, EURO, basket, check_books, pay, row, rows
from tests.db.makers import ANN, BOB, NOW
from tests.invoices.sales import SELLER

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.invoices.issued_document_file import issue_once
from partnertui.db.models import Customer, Invoice, Payment, Transaction, TransactionItem
from partnertui.db.payment_state_changes import correct_payment, load_correction
from partnertui.db.refund_booking import RefundRequest, paid_by_hand, request_refund
from partnertui.db.refundable_amounts import load_refundable
from partnertui.domain.errors import DomainError
from partnertui.domain.refunds import RefundScope, Wanted, plan_refund
from partnertui.domain.vat_numbers import VatState
from partnertui.invoices.provider import Provider
from partnertui.invoices.time_zones_and_days import zone_of
from partnertui.payment_gateways.installed import MANUAL

PROVIDER = Provider(SELLER, zone=zone_of("Europe/Berlin"))


def issue(database: Database, sale_id: int) -> Invoice:
    key = issue_once(database, ANN, new_key(), sale_id, PROVIDER, NOW)
    found: Invoice = row(database, Invoice, key)
    return found


def refund_item(database: Database, item: int) -> int:
    """The ID of the transaction that gives an item back, paid out by hand."""
    found = database.read(lambda connection: load_refundable(connection, 1))
    wanted = Wanted(RefundScope.ITEMS, (item,))
    amount, key = plan_refund(found.sale, wanted).amount, new_key()
    request = RefundRequest(1, wanted, amount, found.payments[0].id, MANUAL, "sent back", key)
    refund = commit_once(database, ANN, key, lambda unit: request_refund(unit, request, NOW))
    commit_once(database, BOB, new_key(), lambda unit: paid_by_hand(unit, refund, "SEPA 1", NOW))
    return int(rows(database, Transaction)[-1].id)


def address(database: Database, **fields: object) -> None:
    values = {"street": "Weg 1", "postcode": "10115", "city": "Berlin", "contact": "Jo"} | fields
    database.write(lambda c: c.execute(update(Customer).values(**values)))


@pytest.mark.parametrize(
    ("fields", "tax"),
    [
        ({}, True),
        ({"country": "FR", "vat_number": "FR40303265045", "vat_state": VatState.VALID, "vat_answered_at": NOW}, False),
        ({"country": "FR", "vat_number": "FR40303265045", "vat_asked_at": NOW}, True),
        ({"country": "US"}, False),
    ],
)
def test_a_sale_is_invoiced_and_given_back(database: Database, fields: dict[str, object], tax: bool) -> None:
    basket(database, (12_330_000, 12_330_000, 7_500_000))
    address(database, **fields)
    pay(database)
    sale = row(database, Transaction)
    assert bool(sale.tax) == tax
    assert issue(database, 1).snapshot
    notes = [refund_item(database, item) for item in (1, 2, 3)]
    for note in notes:
        issue(database, note)
    back = [row(database, Transaction, note) for note in notes]
    assert -sum(one.amount for one in back) == sale.amount
    assert -sum(one.tax for one in back) == sale.tax
    assert row(database, Payment).state == "refunded"


def correct(database: Database, amount: int) -> str:
    """The state of payment 1 after its amount was corrected."""
    seen = database.read(lambda connection: load_correction(connection, 1))
    values = {**seen, "amount": amount, "reason": "typed wrongly"}
    commit_once(database, ANN, new_key(), lambda unit: correct_payment(unit, 1, values, seen, NOW))
    return str(row(database, Payment).state)


def refund(database: Database, amount: int, payment: int | None) -> None:
    key, wanted = new_key(), Wanted(RefundScope.AMOUNT, amount=amount)
    request = RefundRequest(1, wanted, amount, payment, MANUAL, "sent back", key)
    commit_once(database, ANN, key, lambda unit: request_refund(unit, request, NOW))


def test_no_more_is_refunded_than_was_paid(database: Database) -> None:
    """The amount was typed wrongly and corrected; the rest of the sale isn't paid out without a payment either."""
    basket(database, (10 * EURO,))
    pay(database, (1,))
    assert correct(database, 5 * EURO) == "completed"
    with pytest.raises(DomainError, match="has to be made against"):
        refund(database, 5 * EURO, None)
    refund(database, 5 * EURO, 1)
    with pytest.raises(DomainError, match="already been refunded"):
        refund(database, 6 * EURO, None)
    assert row(database, Transaction).refunded == row(database, Payment).refunded == 5 * EURO


def test_the_state_of_a_corrected_payment_says_whether_any_is_left(database: Database) -> None:
    basket(database, (10 * EURO,))
    pay(database, (1,))
    refund(database, 5 * EURO, 1)
    assert correct(database, 5 * EURO) == "refunded"
    assert correct(database, 9 * EURO) == "part refunded"
    refund(database, 4 * EURO, 1)
    assert row(database, Payment).state == "refunded"


@pytest.mark.parametrize("extra", [CENT, 3 * CENT, 7 * EURO + CENT])
def test_a_sale_with_credit_is_invoiced(database: Database, extra: int) -> None:
    basket(database, (12_330_000,))
    address(database)
    pay(database, (1,), cost=14_670_000 + extra)
    issue(database, 1)
    check_books(database)
    credit = [one for one in rows(database, TransactionItem) if one.item_type == "credit"]
    if credit:
        refund_item(database, credit[0].id)
        assert row(database, Customer).credit <= CENT
