"""Whether baskets agree with what was sold: who holds which item, what was paid for it, and what follows it."""

from __future__ import annotations

from typing import Any

from tests.money.books import CENT, Books, of, sum_of_rows

from partnertui.domain.basket_item_rules import price_problem
from partnertui.domain.billing_enums import RECEIVED, PaymentState
from partnertui.domain.billing_periods import begins_at, period_of, zone_of_customer


def check_baskets(before: Books, books: Books) -> None:
    """What must hold at any time; `before` is as the books were before the last write."""
    for sale in books["transactions"].values():
        if sale["refund_of_id"] is None:
            _check_payments(books, sale)
            if sale["gateway"] is None:  # else it was imported, and had no basket
                _check_sold_items(books, sale)
    for payment in books["payments"].values():
        _check_corrections(books, payment)
    _check_items(before, books)


def is_free(books: Books, item: dict[str, Any]) -> bool:
    """Whether a payment may take it: it isn't paid, and no payment that is still alive holds it."""
    holder = books["payments"].get(item["payment_id"] or 0)
    return item["state"] != "paid" and (holder is None or holder["state"] == PaymentState.FAILED)


def _check_payments(books: Books, sale: dict[str, Any]) -> None:
    """A sale is completed once enough has arrived, and failed once nothing can arrive any more."""
    payments = of(books["payments"], transaction_id=sale["id"])
    received = [one for one in payments if one["state"] in RECEIVED]
    pending = [one for one in payments if one["state"] == PaymentState.PENDING]
    paid = sum_of_rows(received, "amount")
    if sale["state"] == PaymentState.FAILED:
        assert not received
        assert not pending
    elif sale["state"] == PaymentState.PENDING:
        assert received or pending
        assert paid < sale["amount"]
    elif not any(of(books["payment_corrections"], payment_id=one["id"]) for one in payments):
        assert 0 <= paid - sale["amount"] <= CENT
        assert sum_of_rows(received, "tax") == sale["tax"]


def _check_sold_items(books: Books, sale: dict[str, Any]) -> None:
    """Each item of a sale is held by one of its payments, and by that alone."""
    keys = {one["id"] for one in of(books["payments"], transaction_id=sale["id"])}
    held = [item for item in books["basket_items"].values() if item["payment_id"] in keys]
    lines = of(books["transaction_items"], transaction_id=sale["id"])
    assert sum_of_rows(lines, "total") == sale["amount"] - sale["tax"]
    assert len({(line["tax_rate"], line["tax_category"]) for line in lines}) <= 1
    if sale["state"] == PaymentState.FAILED:
        assert held == []
        return
    wanted = "attached" if sale["state"] == PaymentState.PENDING else "paid"
    assert {item["state"] for item in held} <= {wanted}
    sold = sorted((line["description"], line["total"]) for line in lines if line["description"] != "PSTN credit")
    assert sorted((item["description"], item["price"]) for item in held) == sold


def _check_corrections(books: Books, payment: dict[str, Any]) -> None:
    """Corrections lead without a gap to the amount of their payment."""
    mine = of(books["payment_corrections"], payment_id=payment["id"])
    ends = [one["amount_after"] for one in mine]
    assert ends[-1:] in ([], [payment["amount"]])
    assert [one["amount_before"] for one in mine[1:]] == ends[:-1]
    if payment["state"] in RECEIVED:
        states = {0: PaymentState.COMPLETED, payment["amount"]: PaymentState.REFUNDED}
        assert payment["state"] == states.get(payment["refunded"], PaymentState.PART_REFUNDED), payment


def _check_items(before: Books, books: Books) -> None:
    """One payment at most holds an item, and each period of what recurs is there once."""
    items = books["basket_items"]
    followed = [item["follows_id"] for item in items.values() if item["follows_id"] is not None]
    assert len(followed) == len(set(followed))
    for item in items.values():
        assert (item["payment_id"] is not None) == (item["state"] in ("attached", "paid"))
        assert not price_problem(item["price"], item["currency"])
        holder = books["payments"].get(item["payment_id"] or 0, item)
        assert holder["customer_id"] == item["customer_id"]
        if item["follows_id"] is not None and item["id"] not in before["basket_items"]:
            _check_follower(items[item["follows_id"]], item, books["customers"][item["customer_id"]]["time_zone"])


def _check_follower(first: dict[str, Any], item: dict[str, Any], zone: str) -> None:
    """It is of the next period, and due as that begins; later on, both may be edited."""
    assert all(item[name] == first[name] for name in ("customer_id", "first_day", "recurrence", "price", "item_type"))
    assert item["period_number"] == first["period_number"] + 1
    period = period_of(item["first_day"], item["recurrence"], item["period_number"])
    assert item["due_at"] == item["hidden_until"] == begins_at(period.first, zone_of_customer(zone))
