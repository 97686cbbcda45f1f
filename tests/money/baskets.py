"""Baskets and payments of a shop: items, what is paid for them, and what becomes of payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from tests.db.makers import PAT
from tests.money.basket_books import is_free
from tests.money.books import CENT
from tests.money.machine import ANYBODY, CUSTOMERS, STAFF, WHICH, Machine

from partnertui.db.basket_items import add_item, delete_item, edit_item, follow_due, load_item
from partnertui.db.basket_payments import add_payment
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer
from partnertui.db.payable_items import open_sales, read_terms
from partnertui.db.payment_state_changes import correct_payment, load_correction, mark_paid, not_received
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import RECEIVED, BillingPeriod, PaymentState, PaymentType
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator
from partnertui.domain.recorded_payments import BY_HAND, CORRECTABLE, NewPayment
from partnertui.errors import UserError
from partnertui.invoices.sale_vat import sum_of

COUNTRY = "DE"
PLACES = st.sampled_from([("DE", "DE136695976"), ("US", None)])
"""Country and VAT number of a customer: 19 %, and none."""


@dataclass(frozen=True)
class Item:
    """What the form of an item has; `days` from today until it is due."""

    cents: int
    kind: str
    days: int
    recurrence: BillingPeriod
    hidden: bool


@dataclass(frozen=True)
class Paid:
    """How a payment is recorded: cents above what is due, and whether it also asks for items that are taken."""

    extra: int
    payment_type: PaymentType
    is_received: bool
    is_greedy: bool = False


ITEMS = st.builds(
    Item,
    st.integers(1, 4_000),
    st.sampled_from(["credit", "service", "hardware"]),
    st.sampled_from([-40, 0, 0, 20]),
    st.sampled_from([BillingPeriod.ONCE, BillingPeriod.MONTHLY, BillingPeriod.YEARLY]),
    st.booleans(),
)
EXTRA = st.one_of(st.just(0), st.just(0), st.integers(-2_000, 2_000), st.integers(-3, 3))
PAID = st.builds(
    Paid,
    EXTRA,
    st.sampled_from([*BY_HAND, PaymentType.BANK_TRANSFER, PaymentType.CARD]),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
)


class Baskets(Machine):
    """Operators at work on baskets."""

    @rule(who=STAFF, customer=CUSTOMERS, place=PLACES)
    def move(self, who: Operator, customer: int, place: tuple[str, str | None]) -> None:
        """To another country: what is sold from now on has another VAT."""

        def work(unit: UnitOfWork) -> None:
            found = unit.get(Customer, customer, lock=True)
            found.country, found.vat_number = place

        self._write(who, work)

    @rule(who=ANYBODY, customer=CUSTOMERS, item=ITEMS)
    def add_item(self, who: Operator, customer: int, item: Item) -> None:
        """One more item."""
        values = self._values(item) | {"unique_item_id": f"BI-{new_key()[:12]}"}
        self._write(who, lambda unit: add_item(unit, customer, values))

    @rule(who=ANYBODY, which=WHICH, item=ITEMS)
    def edit_item(self, who: Operator, which: int, item: Item) -> None:
        """Any item, also one that can't be edited."""
        found = self._pick(self.books["basket_items"], which)
        if found is None:
            return

        def work() -> None:
            seen = self.database.read(partial(load_item, item_id=found))
            values = {**seen, **self._values(item)}
            commit_once(self.database, who, new_key(), lambda unit: edit_item(unit, found, values, seen))

        self._try(who, work, *self._unless(who, is_free(self.books, self.books["basket_items"][found])))

    @rule(who=ANYBODY, which=WHICH)
    def delete_item(self, who: Operator, which: int) -> None:
        """Any item, also one that can't be deleted."""
        found = self._pick(self.books["basket_items"], which)
        if found is not None:
            items = self.books["basket_items"]
            can_be = is_free(self.books, items[found]) and all(one["follows_id"] != found for one in items.values())
            version = items[found]["version"]
            self._write(who, lambda unit: delete_item(unit, found, version), *self._unless(who, can_be))

    @rule(who=STAFF, days=st.integers(0, 70))
    def renew(self, who: Operator, days: int) -> None:
        """What recurs is followed, up to a day; then there is nothing more to follow."""
        at = self.now + timedelta(days=days)
        added = [1]
        while added[-1]:
            self._write(who, lambda unit: added.append(follow_due(unit, at)))

    @rule(who=ANYBODY, customer=CUSTOMERS, chosen=st.frozensets(st.integers(0, 4), max_size=3), paid=PAID)
    def pay(self, who: Operator, customer: int, chosen: frozenset[int], paid: Paid) -> None:
        """Some items, or none; more becomes credit, less leaves the sale open."""
        mine = {key: one for key, one in self.books["basket_items"].items() if one["customer_id"] == customer}
        free = [key for key, one in mine.items() if is_free(self.books, one)]
        asked = list(mine) if paid.is_greedy else free
        items = tuple(key for number, key in enumerate(asked) if number in chosen)
        terms = self.database.read(partial(read_terms, customer_id=customer, default_country=COUNTRY))
        due = sum_of((mine[key]["price"] for key in items), terms.rate, "EUR").gross
        can_be = set(items) <= set(free) and (bool(items) or paid.is_received)
        self._pay(who, customer, paid, due, can_be, items=items)

    @rule(who=ANYBODY, customer=CUSTOMERS, which=WHICH, paid=PAID)
    def pay_rest(self, who: Operator, customer: int, which: int, paid: Paid) -> None:
        """What is missing of a sale, or more, or a part of that again."""
        found = self.database.read(partial(open_sales, customer_id=customer))
        if found:
            sale = found[which % len(found)]
            self._pay(who, customer, paid, sale.rest, True, sales=(sale.id,))

    @rule(who=ANYBODY, which=WHICH, arrives=st.booleans())
    def end_payment(self, who: Operator, which: int, arrives: bool) -> None:
        """It is marked as paid or not received, mostly while it is pending; said twice it is once."""
        pending = self._with_state("payments", PaymentState.PENDING) if which % 5 else []
        found = self._pick(pending or self.books["payments"], which)
        if found is None:
            return
        state = self.books["payments"][found]["state"]
        can_be = state == PaymentState.PENDING or (state in RECEIVED) == arrives

        def work(unit: UnitOfWork) -> bool:
            if arrives:
                return mark_paid(unit, found, self.now)
            return not_received(unit, found, "never came", self.now)

        self._twice(who, lambda: commit_once(self.database, who, new_key(), work), *self._unless(who, can_be))

    @rule(who=ANYBODY, which=WHICH, thousandths=st.integers(1, 2_000))
    def correct(self, who: Operator, which: int, thousandths: int) -> None:
        """Any payment was typed wrongly: it gets a part of its amount, or more."""
        payments = self.books["payments"]
        can_be = {
            key: one["payment_type"] in CORRECTABLE and one["state"] != PaymentState.FAILED
            for key, one in payments.items()
        }
        found = self._pick([key for key in payments if can_be[key] or not which % 5], which)
        if found is None:
            return
        amount = max(CENT, payments[found]["amount"] * thousandths // 1_000 // CENT * CENT)

        def work() -> None:
            seen = self.database.read(partial(load_correction, payment_id=found))
            values = {**seen, "amount": amount, "reason": "typed wrongly"}
            commit_once(
                self.database, who, new_key(), lambda unit: correct_payment(unit, found, values, seen, self.now)
            )

        self._try(who, work, *self._unless(who, can_be[found] and amount >= payments[found]["refunded"]))

    def _pay(self, who: Operator, customer: int, paid: Paid, due: int, can_be: bool, **what: tuple[int, ...]) -> None:
        """Records it, sent twice with one key."""
        key = new_key()
        new = NewPayment(
            payment_type=paid.payment_type,
            unique_payment_id=f"PAY-{key[:12]}",
            cost=max(CENT, due + paid.extra * CENT),
            expected=due,
            is_received=paid.is_received,
            by_hand=True,
            reason="as agreed",
            **what,
        )
        work = partial(add_payment, customer_id=customer, new=new, default_country=COUNTRY, at=self.now)
        self._twice(who, lambda: commit_once(self.database, who, key, work), *self._unless(who, can_be))

    def _values(self, item: Item) -> dict[str, Any]:
        """What is typed into the form."""
        return {
            "item_type": item.kind,
            "description": f"{item.kind} for {item.cents}",
            "price": item.cents * CENT,
            "due": self.now.date() + timedelta(days=item.days),
            "recurrence": item.recurrence,
            "hidden": item.hidden,
        }

    @staticmethod
    def _unless(who: Operator, can_be: bool) -> tuple[type[UserError], ...]:
        """What it may be refused with: nothing, for staff who ask for what can be done."""
        partners = (NotAllowed, RowDeleted) if who is PAT else ()
        return partners if can_be else (DomainError, *partners)
