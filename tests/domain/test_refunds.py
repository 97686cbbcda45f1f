"""What a refund pays, to the cent, whatever was refunded before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.money import from_smallest, rounded
from partnertui.domain.refunds import (
    RefundPlan,
    RefundScope,
    Sale,
    SoldLine,
    Wanted,
    checked_reason,
    plan_refund,
    refund_refusal,
    share_words,
)

FULL = Wanted(RefundScope.FULL)
B2A = Sale(
    38_590_000,
    6_430_000,
    0,
    0,
    "EUR",
    (
        SoldLine(1, "Desk phone", 12_330_000, 2_466_000),
        SoldLine(2, "Headset", 12_330_000, 2_466_000),
        SoldLine(3, "Delivery", 7_500_000, 1_500_000),
    ),
)


def items(*chosen: int, amount: int | None = None) -> Wanted:
    return Wanted(RefundScope.ITEMS, chosen, amount)


def part(amount: int) -> Wanted:
    return Wanted(RefundScope.AMOUNT, (), amount)


def after(sale: Sale, plan: RefundPlan) -> Sale:
    """The sale once this is booked; no line gives back more than it has."""
    given = {one.line.id: one for one in plan.lines}
    lines = tuple(
        replace(
            line,
            refunded=line.refunded + given[line.id].net,
            refunded_tax=line.refunded_tax + given[line.id].tax,
        )
        if line.id in given
        else line
        for line in sale.lines
    )
    assert all(0 <= line.refunded <= line.total and 0 <= line.refunded_tax <= line.tax for line in lines)
    refunded_tax = sale.refunded_tax + plan.tax
    return replace(sale, refunded=sale.refunded + plan.amount, refunded_tax=refunded_tax, lines=lines)


def test_b2a_item_by_item_ends_at_the_invoice() -> None:
    sale, plans = B2A, []
    for number in (1, 2, 3):
        plans.append(plan_refund(sale, items(number)))
        sale = after(sale, plans[-1])
    assert [plan.amount for plan in plans] == [14_800_000, 14_790_000, 9_000_000]
    assert sum(plan.tax for plan in plans) == 6_430_000
    assert sale.left == 0


def test_b2a_the_preview_shows_the_cent_and_why() -> None:
    first = plan_refund(B2A, items(1))
    assert "Exactly €14.796, rounded to €14.80" in first.rounding
    second = plan_refund(after(B2A, first), items(2))
    assert "“Headset” alone would come to €14.80. €14.79 is refunded, €0.01 less, because VAT was" in second.rounding
    assert "add up to €38.59" in second.rounding
    assert plan_refund(after(B2A, first), items(3)).rounding == ""


def test_b5b_three_decimals() -> None:
    sale = Sale(10_000_000, 0, 0, 0, "KWD", (SoldLine(1, "Licence", 10_000_000, 0),))
    plan = plan_refund(sale, part(1_234_000))
    assert (plan.amount, plan.tax) == (1_234_000, 0)
    with pytest.raises(DomainError, match="Amounts in KWD are multiples of") as caught:
        plan_refund(sale, part(1_234_500))
    assert caught.value.field == "amount"


def test_an_amount_within_an_item_takes_its_share_of_the_tax() -> None:
    plan = plan_refund(B2A, items(1, amount=5_000_000))
    assert [(one.line.id, one.net, one.tax) for one in plan.lines] == [(1, 4_170_000, 830_000)]
    rest = plan_refund(after(B2A, plan), items(1))
    assert plan.amount + rest.amount == 14_800_000


def test_an_amount_is_spread_over_all_items() -> None:
    plan = plan_refund(B2A, part(10_000_000))
    assert [one.gross for one in plan.lines] == [3_830_000, 3_840_000, 2_330_000]
    assert share_words(plan, "EUR") == "Desk phone €3.83, Headset €3.84, Delivery €2.33"


def test_a_discount_goes_back_with_the_rest() -> None:
    lines = (SoldLine(1, "Phone", 100_000_000, 0), SoldLine(2, "Discount", -20_000_000, 0))
    sale = Sale(80_000_000, 0, 0, 0, "EUR", lines)
    assert [one.net for one in plan_refund(sale, FULL).lines] == [100_000_000, -20_000_000]
    with pytest.raises(DomainError, match="Only €80"):
        plan_refund(sale, items(1))


def test_only_the_net_amount_of_credit_is_taken_off_the_credit() -> None:
    sale = Sale(60_000_000, 10_000_000, 0, 0, "EUR", (SoldLine(1, "Credit", 50_000_000, 10_000_000, is_credit=True),))
    assert plan_refund(sale, part(12_000_000)).credit == 10_000_000
    assert plan_refund(B2A, FULL).credit == 0


def test_what_other_programs_refunded_without_items_is_no_hole() -> None:
    sale = replace(B2A, refunded=30_000_000)
    plan = plan_refund(sale, FULL)
    assert plan.amount == 8_590_000
    with pytest.raises(DomainError, match="Only €8"):
        plan_refund(sale, items(1))


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        (items(), "items", "No item is chosen"),
        (items(9), "items", "No item is chosen"),
        (items(1, amount=14_810_000), "amount", r"have only €14\.80 left"),
        (Wanted(RefundScope.AMOUNT), "amount", "amount is required"),
        (part(0), "amount", "greater than zero"),
        (part(-5_000_000), "amount", "greater than zero"),
        (part(38_600_000), "amount", r"Only €38\.59"),
        (part(1_001), "amount", "are multiples of"),
    ],
)
def test_what_can_not_be_refunded_says_why_at_its_field(wanted: Wanted, field: str, words: str) -> None:
    with pytest.raises(DomainError, match=words) as caught:
        plan_refund(B2A, wanted)
    assert caught.value.field == field


def test_reasons_against_a_refund() -> None:
    assert refund_refusal("completed", 10, 3) == ""
    assert "pending" in refund_refusal("pending", 10, 0)
    assert refund_refusal("failed", 10, 0, "expired_card") == (
        "this transaction failed (the card has expired): nothing was paid"
    )
    assert "already" in refund_refusal("refunded", 10, 10)
    assert "itself a refund" in refund_refusal("completed", -10, 0)
    assert refund_refusal("completed", 0, 0) == "nothing was paid"
    assert checked_reason("  a \n b ") == "a b"
    for reason in ("", None, " ", "x" * 501):
        with pytest.raises(DomainError) as caught:
            checked_reason(reason)
        assert caught.value.field == "reason"


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """Lines in cents or exact to the millionth, with VAT by line or exact; rounded once on the total."""
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    unit, rate = from_smallest(1, currency), draw(st.sampled_from([0, 5, 7, 19, 20, 25]))
    amounts = st.integers(1, 3_000).map(lambda count: count * unit) | st.integers(unit, 30_000_000)
    nets = draw(st.lists(amounts, min_size=1, max_size=5))
    by_line = draw(st.booleans())
    taxes = [rounded(net * rate // 100, currency) if by_line else net * rate // 100 for net in nets]
    lines = tuple(SoldLine(n, f"Item {n}", *pair) for n, pair in enumerate(zip(nets, taxes, strict=True), 1))
    amount = rounded(sum(nets) + sum(taxes), currency)
    return Sale(amount, min(rounded(sum(taxes), currency), amount), 0, 0, currency, lines)


@settings(max_examples=300, deadline=None)
@given(sales(), st.data())
def test_any_partial_refunds_end_exactly_at_the_sale(sale: Sale, data: st.DataObject) -> None:
    unit, numbers = from_smallest(1, sale.currency), [line.id for line in sale.lines]
    for _ in range(8):
        if sale.left == 0:
            break
        amount = data.draw(st.integers(1, sale.left // unit)) * unit
        chosen = tuple(data.draw(st.sets(st.sampled_from(numbers), min_size=1)))
        wanted = data.draw(st.sampled_from([items(*chosen), items(*chosen, amount=amount), part(amount)]))
        try:
            plan = plan_refund(sale, wanted)
        except DomainError:
            assert wanted.scope is RefundScope.ITEMS  # an amount up to what is left can always go back
            continue
        assert 0 < plan.amount <= sale.left
        assert 0 <= plan.tax <= plan.amount
        sale = after(sale, plan)
    if sale.left:
        sale = after(sale, plan_refund(sale, FULL))
    assert (sale.left, sale.tax) == (0, sale.refunded_tax)
    assert all((line.refunded, line.refunded_tax) == (line.total, line.tax) for line in sale.lines)
