"""Basket items and payments: IDs, prices, states; the sums of a sale and what is paid above it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.basket_item_rules import (
    change_refusal,
    checked_item,
    following_id,
    id_problem,
    propose_item_id,
    propose_payment_id,
)
from partnertui.domain.billing_enums import TaxCategory
from partnertui.domain.billing_periods import zone_of_customer
from partnertui.domain.errors import DomainError
from partnertui.domain.money import from_smallest, rounded
from partnertui.domain.recorded_payments import correction_refusal
from partnertui.domain.vat_numbers import VatStanding, VatState
from partnertui.invoices.document_vat import TaxedAmount, TaxPlace, line_terms, tax_of
from partnertui.invoices.sale_vat import line_tax, sum_of, surplus, terms_of_sale

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ITEM = {
    "item_type": "hardware",
    "unique_item_id": "BI-1",
    "description": " Desk  phone ",
    "price": 10_000_000,
    "due": date(2026, 1, 31),
}


def test_an_item_is_stored_by_the_customers_own_day() -> None:
    found = checked_item(ITEM | {"hidden": True}, "EUR", zone_of_customer("America/New_York"))
    assert found["due_at"] == found["hidden_until"] == datetime(2026, 1, 31, 5, tzinfo=UTC)
    assert found["description"] == "Desk phone"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"description": " "}, "description"),
        ({"description": "x" * 201}, "description"),
        ({"price": None}, "price"),
        ({"price": 0}, "price"),
        ({"price": -1_000_000}, "price"),
        ({"price": 10_001_000}, "price"),
        ({"due": None}, "due"),
        ({"due": date(9999, 12, 31), "recurrence": "monthly"}, "due"),
        ({"unique_item_id": "a b"}, "unique_item_id"),
        ({"unique_item_id": "x" * 65}, "unique_item_id"),
    ],
)
def test_what_an_item_cannot_be(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as found:
        checked_item(ITEM | fields, "EUR", zone_of_customer("UTC"))
    assert found.value.field == field


def test_proposed_ids_can_be_used() -> None:
    for name in (propose_item_id(7), propose_payment_id(7), following_id("BI-1-20260131", NOW)):
        assert id_problem(name) == ""
    assert following_id("BI-1-20260131", NOW) == "BI-1-20260501"


def test_paid_and_attached_items_say_why_they_stay() -> None:
    assert "paid with payment PAY-1" in change_refusal("paid", "PAY-1")
    assert "attached to payment PAY-1" in change_refusal("attached", "PAY-1")
    assert change_refusal("due", None) == ""


def test_why_a_payment_is_not_edited() -> None:
    assert "a card payment's amount can't be edited" in correction_refusal("card", "completed")
    assert "PayPal" in correction_refusal("paypal", "completed")
    assert correction_refusal("bank transfer", "completed") == ""


@pytest.mark.parametrize(
    ("seller", "buyer", "expected"),
    [
        ("DE", VatStanding("DE", "DE136695976", VatState.VALID), (TaxCategory.STANDARD, 1900)),
        ("DE", VatStanding("FR", "FR40303265045", VatState.VALID), (TaxCategory.REVERSE_CHARGE, 0)),
        ("DE", VatStanding("FR", "FR40303265045", VatState.UNKNOWN), (TaxCategory.STANDARD, 1900)),
        ("DE", VatStanding("FR", None), (TaxCategory.STANDARD, 2000)),
        ("DE", VatStanding("US", None), (TaxCategory.EXPORT, 0)),
        ("GB", VatStanding("GB", None), (TaxCategory.STANDARD, 2000)),
        ("GB", VatStanding("DE", "DE136695976", VatState.VALID), (TaxCategory.EXPORT, 0)),
        ("US", VatStanding("US", None), (TaxCategory.EXEMPT, 0)),
    ],
)
def test_terms_are_those_that_invoices_accept(
    seller: str, buyer: VatStanding, expected: tuple[TaxCategory, int]
) -> None:
    place = TaxPlace(seller, buyer, "EUR")
    terms = terms_of_sale(place)
    assert (terms.category, terms.rate) == expected
    net = 12_330_000
    sold = TaxedAmount("Item 1", net, line_tax(net, terms.rate), terms.rate, terms.category)
    assert line_terms([sold], place) == [expected]


def test_no_vat_is_never_assumed() -> None:
    for country in ("", "XX"):
        with pytest.raises(DomainError, match="isn't known"):
            terms_of_sale(TaxPlace(country, VatStanding(country, None), "EUR"))


AMOUNTS = st.lists(st.integers(1, 10**7), max_size=8)
RATES = st.sampled_from([0, 700, 810, 1900, 2000, 2550, 2700])
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])


@given(AMOUNTS, RATES, CURRENCIES)
def test_lines_and_total_agree_to_the_cent(prices: list[int], rate: int, currency: str) -> None:
    nets = [from_smallest(price, currency) for price in prices]
    found = sum_of(nets, rate, currency)
    assert found.net == sum(nets)
    assert rounded(found.tax, currency) == found.tax
    exact = sum(line_tax(net, rate) for net in nets)
    assert abs(exact - found.tax) <= from_smallest(1, currency) // 2 + len(nets)


@given(AMOUNTS, RATES, CURRENCIES, st.integers(1, 10**7))
def test_what_is_paid_above_goes_somewhere_to_the_cent(prices: list[int], rate: int, currency: str, extra: int) -> None:
    sold = sum_of([from_smallest(price, currency) for price in prices], rate, currency)
    paid = sold.gross + from_smallest(extra, currency)
    more = surplus(sold, paid, rate, currency)
    assert more.net >= 0
    assert 0 <= more.rest <= from_smallest(1, currency)
    assert sold.gross + more.net + more.tax + more.rest == paid
    assert tax_of(sold.net + more.net, rate, currency) == sold.tax + more.tax
