"""Documents add up to the cent, say why they have no VAT, and credit notes end exactly at their invoice's total."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.invoices.sales import (
    ABROAD,
    CENT,
    CONFIRMED,
    DOMESTIC,
    EURO,
    SELLER,
    UNANSWERED,
    credit_note,
    invoice,
    item,
    sale,
)

from partnertui.domain.billing_enums import PaymentState, TaxCategory, TransactionType
from partnertui.domain.errors import DomainError
from partnertui.domain.vat_numbers import VatStanding, VatState
from partnertui.invoices.build import build_invoice, figures_of
from partnertui.invoices.document import Document, Party, from_snapshot, to_snapshot
from partnertui.invoices.document_vat import VatUnconfirmed, possible_rates, tax_of
from partnertui.invoices.figures import disagreements
from partnertui.invoices.sale import Seller, SoldItem


def totals(document: Document) -> tuple[int, int, int]:
    return document.net // CENT, document.tax // CENT, document.gross // CENT


def test_b1a_half_a_cent_is_rounded_away_from_zero_and_cancelled_in_full() -> None:
    sold = invoice(item(2_310_500_000, 439_000_000))
    assert totals(sold) == (231050, 43900, 274950)
    credited = credit_note(sold, items=(item(-2_310_500_000, -439_000_000, refund_of=1),))
    assert totals(credited) == (-231050, -43900, -274950)
    assert sold.gross + credited.gross == 0


@pytest.mark.parametrize(
    ("taxes", "refunds"),
    [
        ((2_470_000, 2_470_000, 1_490_000), ((12_330_000, 2_470_000), (12_330_000, 2_470_000), (7_500_000, 1_490_000))),
        ((2_466_000, 2_466_000, 1_500_000), ((12_330_000, 2_470_000), (12_330_000, 2_460_000), (7_500_000, 1_500_000))),
    ],
    ids=["in cents", "exact to the millionth"],
)
def test_b2a_three_credit_notes_come_to_the_invoice(
    taxes: tuple[int, ...], refunds: tuple[tuple[int, int], ...]
) -> None:
    nets = (12_330_000, 12_330_000, 7_500_000)
    items = tuple(
        item(net, tax, rate=2000, number=number) for number, (net, tax) in enumerate(zip(nets, taxes, strict=True), 1)
    )
    sold = invoice(*items, tax=6_430_000)
    assert totals(sold) == (3216, 643, 3859)
    notes: list[Document] = []
    for one, (_, tax) in zip(items, refunds, strict=True):
        back = item(-one.net, -one.tax, rate=2000, number=10 + one.id, refund_of=one.id)
        notes.append(credit_note(sold, *notes, items=(back,), tax=-tax))
    assert notes[0].gross == -14_800_000
    assert sum(note.gross for note in notes) == -sold.gross
    assert notes[0].notes == ()
    odd = next(note for note in notes if note.notes)
    assert "the amount left on invoice INV-2026-000001" in odd.notes[0]
    with pytest.raises(DomainError, match="would total"):
        credit_note(sold, *notes, items=(item(-CENT, 0, rate=2000, refund_of=1),))


def test_fractions_of_a_cent_are_rounded_once_on_the_total() -> None:
    items = [item(333_334, 66_667, rate=2000, number=number) for number in (1, 2, 3)]
    sold = invoice(*items, tax=200_000)
    assert [line.net for line in sold.lines] == [340_000, 330_000, 330_000]
    assert totals(sold) == (100, 20, 120)
    assert list(disagreements(figures_of(sold))) == []


def test_b6b_large_quantities_and_small_prices() -> None:
    sold = invoice(item(4_629_630_000, 879_630_000, quantity=1_234_567_000, price=3750, unit="MIN"))
    assert (sold.net, sold.lines[0].discount) == (4_629_630_000, 0)


def test_a_discount_of_everything() -> None:
    sold = invoice(item(0, 0, quantity=3000, price=9_900_000))
    assert (sold.gross, sold.lines[0].discount) == (0, 29_700_000)
    other = invoice(item(29_700_000, 5_640_000, number=1), item(-29_700_000, -5_640_000, number=2))
    assert (other.gross, other.lines[1].quantity) == (0, -1000)


@pytest.mark.parametrize(
    ("sold", "expected"),
    [
        ((item(10 * EURO, 1_900_000, rate=None), DOMESTIC), (TaxCategory.STANDARD, 1900)),
        ((item(10 * EURO, 550_000, rate=None), DOMESTIC), (TaxCategory.STANDARD, 550)),
        ((item(10 * EURO, 0, rate=None), CONFIRMED), (TaxCategory.REVERSE_CHARGE, 0)),
        ((item(10 * EURO, 0, rate=None), ABROAD), (TaxCategory.EXPORT, 0)),
        ((item(10 * EURO, 0, rate=0, category=TaxCategory.EXEMPT), DOMESTIC), (TaxCategory.EXEMPT, 0)),
        ((item(10 * EURO, 0, rate=0, category=TaxCategory.ZERO), DOMESTIC), (TaxCategory.ZERO, 0)),
        ((item(10 * EURO, 1_900_000), UNANSWERED), (TaxCategory.STANDARD, 1900)),
    ],
)
def test_why_there_is_vat_or_none(sold: tuple[SoldItem, VatStanding], expected: tuple[TaxCategory, int]) -> None:
    document = invoice(sold[0], vat=sold[1])
    assert [(group.category, group.rate) for group in document.groups] == [expected]
    wants_reason = expected[0] in (TaxCategory.REVERSE_CHARGE, TaxCategory.EXPORT, TaxCategory.EXEMPT)
    assert bool(document.groups[0].reason) == wants_reason


@pytest.mark.parametrize(
    "one", [item(10 * EURO, 0, rate=None), item(10 * EURO, 0, rate=0, category=TaxCategory.REVERSE_CHARGE)]
)
def test_c2b_no_reverse_charge_unless_vies_said_valid(one: SoldItem) -> None:
    with pytest.raises(VatUnconfirmed, match="hasn't been checked with VIES yet"):
        invoice(one, vat=UNANSWERED)
    with pytest.raises(VatUnconfirmed, match="says that FR40303265045 isn't valid"):
        invoice(one, vat=replace(UNANSWERED, state=VatState.INVALID))
    with pytest.raises(DomainError) as refused:
        invoice(one, vat=DOMESTIC)
    assert not isinstance(refused.value, VatUnconfirmed)


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ((item(10 * EURO, 1_930_000, rate=None),), None),
        ((item(10 * EURO, 9_000_000, rate=None),), "matches no rate"),
        ((item(100_000, 20_000, rate=None),), "matches several rates"),
        ((item(10 * EURO, 2_000_000),), "isn't 19%"),
        ((item(10 * EURO, 1_900_000, rate=0, category=TaxCategory.EXEMPT),), "has VAT although it is exempt"),
        ((item(10 * EURO, 0, rate=0, category=TaxCategory.EXPORT),), "can't be an export"),
    ],
)
def test_vat_that_cannot_be_told_is_refused(items: tuple[SoldItem, ...], words: str | None) -> None:
    if words is None:
        assert invoice(*items).groups[0].rate == 1930
        return
    with pytest.raises(DomainError, match=words):
        invoice(*items)


def test_a_small_amount_has_the_rate_of_the_others() -> None:
    sold = invoice(item(100_000, 20_000, rate=None), item(10 * EURO, 1_900_000, number=2))
    assert [group.rate for group in sold.groups] == [1900]


def test_amounts_that_differ_from_what_was_paid_are_refused() -> None:
    with pytest.raises(
        DomainError, match=r"come to €11.90 with €1.90 VAT, but the transaction is for €11.40 with €1.40 VAT"
    ):
        invoice(item(10 * EURO, 1_900_000), tax=1_400_000)


@pytest.mark.parametrize(
    ("state", "words"),
    [(PaymentState.PENDING, r"isn't complete yet \(state: pending\)"), (PaymentState.FAILED, "its payment failed")],
)
def test_nothing_is_issued_before_it_is_paid(state: PaymentState, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        build_invoice(sale(item(EURO, 190_000), state=state), SELLER, "1", "2026-05-01")


def test_a_seller_without_address_or_vat_number_is_refused() -> None:
    bare = Seller(0, Party("Voice", country="DE"), SELLER.bank)
    with pytest.raises(DomainError, match="The seller's street, city and VAT number are missing"):
        build_invoice(sale(item(EURO, 190_000)), bare, "1", "2026-05-01")
    with pytest.raises(DomainError, match="Voice is missing details for invoices: street, city and VAT number"):
        build_invoice(sale(item(EURO, 190_000)), replace(bare, id=7), "1", "2026-05-01")


def test_a_correction_below_zero_is_no_invoice() -> None:
    with pytest.raises(DomainError, match="without a matching refund"):
        build_invoice(sale(item(-EURO, -190_000), kind=TransactionType.ADJUSTMENT), SELLER, "1", "2026-05-01")


def test_a_refund_of_several_rates_says_which() -> None:
    sold = invoice(item(10 * EURO, 1_900_000), item(10 * EURO, 700_000, rate=700, number=2))
    with pytest.raises(DomainError, match="doesn't say which line"):
        credit_note(sold, items=(item(-EURO, -190_000),))
    back = credit_note(sold, items=(item(-EURO, -70_000, refund_of=2, quantity=1000, price=10 * EURO),))
    assert (back.groups[0].rate, back.lines[0].unit_price, back.lines[0].quantity) == (700, EURO, 1000)


def test_what_is_stored_is_read_again() -> None:
    sold = invoice(item(2_310_500_000, 439_000_000, name="a\x1b[2J\u202eb"))
    assert "\x1b" not in sold.lines[0].description
    assert from_snapshot(json.loads(json.dumps(to_snapshot(sold)))) == sold
    newer = json.loads(json.dumps({**to_snapshot(sold), "added_later": 1}))
    assert from_snapshot(newer) == sold


cents = st.integers(1, 10**9)


@given(st.lists(st.tuples(cents, st.sampled_from((0, 500, 700, 1900, 2000, 2550))), min_size=1, max_size=12))
def test_lines_and_vat_come_to_the_total_at_each_rate(found: list[tuple[int, int]]) -> None:
    nets: dict[int, int] = {}
    for net, rate in found:
        nets[rate] = nets.get(rate, 0) + net * CENT
    tax = sum(tax_of(net, rate, "EUR") for rate, net in nets.items())
    items = [
        item(
            net * CENT,
            tax_of(net * CENT, rate, "EUR"),
            rate=rate,
            number=number,
            category=None if rate else TaxCategory.ZERO,
        )
        for number, (net, rate) in enumerate(found, 1)
    ]
    sold = invoice(*items, tax=tax)
    assert list(disagreements(figures_of(sold))) == []
    assert {group.rate: group.net for group in sold.groups} == nets
    assert sold.gross == sum(nets.values()) + tax


@given(cents, st.sampled_from((500, 700, 1900, 2000, 2550)), st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_partial_credit_notes_end_exactly_at_the_total(net: int, rate: int, shares: list[int]) -> None:
    full = tax_of(net * CENT, rate, "EUR")
    sold = invoice(item(net * CENT, full, rate=rate))
    done = done_tax = given_back = 0
    notes: list[Document] = []
    for share in shares:
        given_back += share
        net_now = net * given_back // sum(shares)  # what was given back so far; the last one ends at all of it
        tax_now = full // CENT * net_now // net
        if net_now > done:
            back = item(-(net_now - done) * CENT, -(tax_now - done_tax) * CENT, rate=rate, refund_of=1)
            notes.append(credit_note(sold, *notes, items=(back,)))
        done, done_tax = net_now, max(tax_now, done_tax)
    assert sum(note.gross for note in notes) == -sold.gross
    assert sum(note.tax for note in notes) == -sold.tax


@given(st.integers(10_000, 10**9), st.integers(1, 30))
def test_a_rate_in_whole_percents_is_found_again(net: int, percents: int) -> None:
    tax = tax_of(net * CENT, percents * 100, "EUR")
    assert possible_rates(net * CENT, tax, "EUR") == [percents * 100]


@pytest.mark.parametrize(
    ("currency", "net", "rate", "tax"), [("JPY", 105_000_000, 1000, 11_000_000), ("KWD", 1_234_000, 500, 62_000)]
)
def test_vat_is_rounded_to_the_smallest_unit_of_the_currency(currency: str, net: int, rate: int, tax: int) -> None:
    assert tax_of(net, rate, currency) == tax
    assert tax_of(-net, rate, currency) == -tax


@given(
    st.lists(st.tuples(cents, cents), min_size=1, max_size=6),
    st.sampled_from(((1900, 700), (2000, 500), (2550, 1900))),
)
def test_partial_credit_notes_of_two_rates_end_exactly_at_the_total(
    parts: list[tuple[int, int]], rates: tuple[int, int]
) -> None:
    wholes = [sum(part[index] for part in parts) * CENT for index in (0, 1)]
    taxes = [tax_of(net, rate, "EUR") for net, rate in zip(wholes, rates, strict=True)]
    sold = invoice(
        *(item(wholes[index], taxes[index], rate=rates[index], number=index + 1) for index in (0, 1)), tax=sum(taxes)
    )
    given_back, so_far, notes = 0, 0, list[Document]()
    for number, part in enumerate(parts, 1):
        exact = [part[index] * CENT * rates[index] // 10_000 for index in (0, 1)]  # to the millionth, as refunds are
        so_far += sum(exact)
        tax = (sum(taxes) if number == len(parts) else so_far // CENT * CENT) - given_back
        back = tuple(
            item(-part[index] * CENT, -exact[index], rate=rates[index], refund_of=index + 1, number=index + 9)
            for index in (0, 1)
        )
        notes.append(credit_note(sold, *notes, items=back, tax=-tax))
        given_back += tax
    assert sum(note.gross for note in notes) == -sold.gross
    assert sum(note.tax for note in notes) == -sold.tax
