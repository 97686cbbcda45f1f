"""Whatever two operators, a partner and the platform do in any order, on both databases, all books agree.

`BOOKS_EXAMPLES=1000 pytest tests/money` tries that many sequences on each database; as it is, a minute's worth.
A sequence that fails is only made shorter then, as that takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from tests.db.makers import ANN, BOB, PAT
from tests.db.refunds.makers import FileGateway, payout
from tests.money.baskets import Baskets
from tests.money.books import CENT, documents_of, groups_left, of, read_books, sum_of_rows
from tests.money.machine import ANYBODY, CUSTOMERS, STAFF, WHICH
from tests.money.shop import CALLER, NUMBERS, PROVIDER, RATES, Sold, create, empty, open_shop, sell
from tests.sync import switch

from partnertui.db.credit import adjust_credit
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.invoices.issued_document_file import issue_once
from partnertui.db.models import PriceListEntry
from partnertui.db.rating.rate_calls import rate_calls
from partnertui.db.rating.rerate import Scope, dry_run, rate_again
from partnertui.db.refund_booking import (
    RefundRequest,
    approve_refund,
    not_paid_by_hand,
    paid_by_hand,
    reject_refund,
    request_refund,
)
from partnertui.db.refund_payout import pay_out, resolve
from partnertui.db.refundable_amounts import read_sale
from partnertui.db.sync import sync
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.billing_enums import RECEIVED, PaymentState
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator, Role
from partnertui.domain.refunds import REFUNDABLE, UNSETTLED, RefundScope, RefundState, Wanted, plan_refund
from partnertui.errors import UserError
from partnertui.payment_gateways.gateway import AnswerState

EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "8"))
STEPS = 30
UNTIL = datetime(2040, 1, 1, tzinfo=UTC)
CENTS = st.integers(1, 4_000).map(lambda cents: cents * CENT)
NETS = st.one_of(CENTS, CENTS, st.integers(1, 40_000_000))
"""Prices in cents, and what is sold by the minute: exact to the millionth."""
LINES = st.lists(st.builds(Sold, NETS, st.sampled_from(RATES), st.booleans()), min_size=1, max_size=4).filter(
    lambda lines: sum(line.net for line in lines) >= CENT
)
NOWHERE = -1


@dataclass(frozen=True)
class How:
    """Of which items a refund is, and how it is paid out."""

    chosen: frozenset[int]
    approval: bool = False
    gateway: str = "file"
    at_once: bool = False
    back_to: int = 0
    """Which of the sale's payments it goes back to; `NOWHERE` for none of them."""


HOW = st.builds(
    How,
    st.frozensets(st.integers(0, 3), min_size=1),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(["file", "manual"]),
    st.sampled_from([True, True, False]),
    st.sampled_from([0, 0, 1, 1, 2, NOWHERE]),
)


class Shop(Baskets):
    """People and programs at work in a shop."""

    @initialize(sales=st.lists(st.tuples(CUSTOMERS, LINES), min_size=1, max_size=2))
    def open(self, sales: list[tuple[int, list[Sold]]]) -> None:
        """A shop that has sold something."""
        empty(self.database)
        open_shop(self.database)
        self.books = read_books(self.database)
        for customer, lines in sales:
            self._write(ANN, partial(sell, customer_id=customer, lines=lines, at=self.now))

    # what the platform does

    @rule(calls=st.lists(st.tuples(CUSTOMERS, st.sampled_from(NUMBERS), st.integers(0, 400)), min_size=1, max_size=4))
    def take_calls(self, calls: list[tuple[int, str, int]]) -> None:
        """Finished calls, taken twice."""
        for customer, number, seconds in calls:
            self.calls += 1
            switch.finished(self.database, f"call{self.calls}", number, switch.BEGIN, seconds, caller=CALLER[customer])
        self._done(None, lambda: [sync(self.database, kamailio=self.database, timezone="UTC") for _ in range(2)])

    @rule()
    def rate(self) -> None:
        """What had no price."""
        self._done(None, lambda: rate_calls(self.database))

    # prices

    @rule(
        who=STAFF, key=st.sampled_from([1, 2, 3]), cents=st.integers(0, 9), then=st.sampled_from([ANN, BOB, PAT, None])
    )
    def put_price_right(self, who: Operator, key: int, cents: int, then: Operator | None) -> None:
        """A price of the list, as its form does it; mostly, its calls are rated again then."""

        def work(unit: UnitOfWork) -> None:
            price = unit.get(PriceListEntry, key, lock=True)
            price.per_minute, price.unlimited = cents * CENT, not cents % 3

        self._write(who, work)
        if then is not None:
            self.rate_again(then, key)

    @rule(who=STAFF)
    def add_price(self, who: Operator) -> None:
        """The one that is missing."""
        if any(price["prefix"] == "882" for price in self.books["price_list_entries"].values()):
            return

        def work(unit: UnitOfWork) -> None:
            unit.add(PriceListEntry(price_list_id=1, name="Satellite", prefix="882", per_minute=3_000_000))

        self._write(who, work)

    @rule(who=ANYBODY, key=st.sampled_from([1, 2, 3]))
    def rate_again(self, who: Operator, key: int) -> None:
        """All calls of a price, approved as the dry run says, and sent twice."""
        prefix = self.books["price_list_entries"][key]["prefix"]
        scope = Scope(1, prefix, switch.BEGIN - timedelta(days=1), UNTIL, key)
        for found in dry_run(self.database, scope):
            self._twice(who, partial(rate_again, self.database, who, scope, found, new_key()), NotAllowed)
        if who.role != Role.PARTNER:
            assert dry_run(self.database, scope) == []

    # customers

    @rule(who=ANYBODY, customer=CUSTOMERS, amount=st.integers(-5_000, 5_000).filter(bool))
    def adjust(self, who: Operator, customer: int, amount: int) -> None:
        """Credit, by hand."""
        self._write(who, lambda unit: adjust_credit(unit, customer, amount * CENT, "goodwill", self.now))

    # refunds

    @rule(who=ANYBODY, which=WHICH, scope=st.sampled_from(RefundScope), how=HOW, part=st.integers(1, 1_200))
    def refund(self, who: Operator, which: int, scope: RefundScope, how: How, part: int) -> None:
        """All, an amount, or an amount within items: thousandths of what is left, also more than that."""
        sale = self._pick(self._to_refund() or self._sales(), which)
        if sale is not None:
            row = self.books["transactions"][sale]
            amount = max(CENT, (row["amount"] - row["refunded"]) * part // 1_000 // CENT * CENT)
            self._refund(who, sale, Wanted(scope, self._items(sale, how), amount), how)

    @rule(who=STAFF, which=WHICH, how=HOW)
    def refund_items(self, who: Operator, which: int, how: How) -> None:
        """Whole items."""
        sale = self._pick(self._to_refund(), which)
        if sale is not None:
            self._refund(who, sale, Wanted(RefundScope.ITEMS, self._items(sale, how)), how)

    @rule(who=ANYBODY, which=WHICH, yes=st.booleans())
    def decide(self, who: Operator, which: int, yes: bool) -> None:
        """One that waits."""
        end = approve_refund if yes else lambda unit, key, at: reject_refund(unit, key, "no", at)
        self._end(RefundState.WAITING, who, which, end)

    @rule(who=ANYBODY, which=WHICH, yes=st.booleans())
    def pay_by_hand(self, who: Operator, which: int, yes: bool) -> None:
        """A task."""
        end = paid_by_hand if yes else not_paid_by_hand
        self._end(RefundState.BY_HAND, who, which, lambda unit, key, at: end(unit, key, "SEPA 1", at))

    @rule(
        who=STAFF,
        which=WHICH,
        lost=st.sampled_from(["", "", "before", "after"]),
        state=st.sampled_from([AnswerState.COMPLETED, AnswerState.FAILED]),
    )
    def send(self, who: Operator, which: int, lost: str, state: AnswerState) -> None:
        """One whose outcome isn't known is sent, or looked up; the answer may get lost on the way."""
        found = self._pick(self._with_state("refunds", *UNSETTLED), which)
        if found is not None:
            gateway = FileGateway(self.gateway.path, lost, state)
            self._done(who, lambda: pay_out(payout(self.database, gateway, who, clock=lambda: self.now), found))

    @rule(who=STAFF)
    def settle_all(self, who: Operator) -> None:
        """When nothing can arrive any more."""
        late = self.now + timedelta(hours=1)
        self._done(who, lambda: resolve(payout(self.database, self.gateway, who, clock=lambda: late)))
        assert not self._with_state("refunds", *UNSETTLED)

    # documents

    @rule(who=ANYBODY, which=WHICH, next_year=st.booleans())
    def issue(self, who: Operator, which: int, next_year: bool) -> None:
        """An invoice or credit note."""
        found = self._pick(self.books["transactions"], which)
        if found is not None:
            self._issue(who, found, next_year)

    def teardown(self) -> None:
        """At the end all is settled, refunded and documented, and every document comes to nothing."""
        if self.is_sound:
            self._settle()
            for sale in self._to_refund():
                self._refund_all(sale)
            self._settle()
            for key, row in self.books["transactions"].items():
                if row["state"] in RECEIVED:
                    self._issue(BOB, key, False)
            self._check_end()
        self.folder.cleanup()

    def _settle(self) -> None:
        for key in self._with_state("refunds", RefundState.WAITING):
            who = BOB if self.books["refunds"][key]["requested_by_id"] == ANN.id else ANN
            self._write(who, partial(reject_refund, refund_id=key, reason="no", at=self.now))
        for key in self._with_state("refunds", RefundState.BY_HAND):
            self._write(ANN, partial(paid_by_hand, refund_id=key, reference="SEPA 1", at=self.now))
        self.settle_all(ANN)

    def _check_end(self) -> None:
        documents = documents_of(self.books)
        for key, sale in self.books["transactions"].items():
            if sale["refund_of_id"] is None and sale["state"] in RECEIVED:
                paid = sum_of_rows(self._received(key), "amount")
                assert sale["refunded"] == min(sale["amount"], paid), "less only where less was paid, by a correction"
                refunds = [one for one in self.books["transactions"].values() if one["refund_of_id"] == key]
                notes = [documents[one["id"]] for one in refunds if one["state"] != PaymentState.FAILED]
                assert -sum(note.gross for note in notes) == sale["refunded"]
                assert documents[key].gross == sale["amount"]
                assert sale["refunded"] < sale["amount"] or groups_left(documents[key], notes) == {}

    # how it is done

    def _sales(self) -> list[int]:
        return [key for key, row in self.books["transactions"].items() if row["refund_of_id"] is None]

    def _to_refund(self) -> list[int]:
        return [key for key in self._sales() if self.books["transactions"][key]["state"] in REFUNDABLE]

    def _items(self, sale: int, how: How) -> tuple[int, ...]:
        keys = [key for key, item in self.books["transaction_items"].items() if item["transaction_id"] == sale]
        return tuple(key for number, key in enumerate(keys) if number in how.chosen)

    def _refund(self, who: Operator, sale: int, wanted: Wanted, how: How) -> None:
        row = self.books["transactions"][sale]
        try:
            plan = plan_refund(self.database.read(lambda connection: read_sale(connection, sale)), wanted)
        except DomainError:
            is_all = wanted.scope is RefundScope.FULL
            assert not (is_all and row["refunded"] < row["amount"]), "all that is left can always be refunded"
            return
        payments = self._received(sale)
        payment = None if how.back_to == NOWHERE or not payments else payments[how.back_to % len(payments)]
        is_left = payment is not None and payment["amount"] - payment["refunded"] >= plan.amount
        back_to = payment["id"] if payment is not None else None
        request = RefundRequest(sale, wanted, plan.amount, back_to, how.gateway, "no", new_key(), how.approval)
        work = partial(request_refund, request=request, at=self.now)
        refused = NotAllowed if row["state"] in REFUNDABLE and is_left else DomainError
        self._twice(who, lambda: commit_once(self.database, who, new_key(), work), refused, NotAllowed)
        if how.at_once and who.role != Role.PARTNER:
            self.send(who, -1, "", AnswerState.COMPLETED)
            self.pay_by_hand(who, -1, True)

    def _refund_all(self, sale: int) -> None:
        """What each payment has left, as far as the sale goes."""
        for number, payment in enumerate(self._received(sale)):
            row = self.books["transactions"][sale]
            left = row["amount"] - row["refunded"]
            if amount := min(left, payment["amount"] - payment["refunded"]):
                wanted = Wanted(RefundScope.FULL) if amount == left else Wanted(RefundScope.AMOUNT, amount=amount)
                self._refund(ANN, sale, wanted, How(frozenset(), back_to=number))

    def _received(self, sale: int) -> list[dict[str, Any]]:
        """The payments of a sale that arrived."""
        return [one for one in of(self.books["payments"], transaction_id=sale) if one["state"] in RECEIVED]

    def _issue(self, who: Operator, transaction: int, next_year: bool) -> None:
        row = self.books["transactions"][transaction]
        moment = self.now.replace(year=self.now.year + 1, day=1) if next_year else self.now
        allowed: list[type[UserError]] = []
        if row["state"] not in RECEIVED or (
            row["refund_of_id"] and self.books["transactions"][row["refund_of_id"]]["invoice_number"] is None
        ):
            allowed = [DomainError]
        if who.role == Role.PARTNER and row["partner_id"] != who.partner_id:
            allowed = [RowDeleted]
        self._try(
            who,
            lambda: issue_once(self.database, who, new_key(), transaction, PROVIDER, moment),
            *allowed,
        )

    def _end(self, state: RefundState, who: Operator, which: int, end: Callable[[UnitOfWork, int, Any], int]) -> None:
        found = self._pick(self._with_state("refunds", state), which)
        if found is not None:
            self._write(who, lambda unit: end(unit, found, self.now))


def test_any_sequence_leaves_books_that_agree(database: Database) -> None:
    class OnThis(Shop):
        pass

    OnThis.database = database
    create(database)
    quick = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=[Phase.generate, *([Phase.shrink] if "BOOKS_EXAMPLES" in os.environ else [])],
    )
    run_state_machine_as_test(OnThis, settings=quick)
