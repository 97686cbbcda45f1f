"""After any sequence of items, payments, arrivals, failures, corrections and refunds by two operators, books agree."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, delete, update
from tests.db.basket.makers import CENT, EURO, basket, check_books, pay, payable, rows
from tests.db.history_walls import history_unguarded
from tests.db.makers import ANN, BOB, NOW

from partnertui.db.basket_items import add_item, delete_item, follow_due
from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import (
    BasketItem,
    CommittedWrite,
    Customer,
    History,
    OperatorAccount,
    Partner,
    Payment,
    PaymentCorrection,
    StatementEntry,
    Transaction,
    TransactionItem,
)
from partnertui.db.payment_state_changes import correct_payment, load_correction, mark_paid, not_received
from partnertui.domain.billing_periods import local_day, zone_of_customer
from partnertui.domain.operators import Operator
from partnertui.errors import UserError

EMPTIED = (
    CommittedWrite,
    History,
    PaymentCorrection,
    StatementEntry,
    BasketItem,
    Payment,
    TransactionItem,
    Transaction,
    Customer,
    OperatorAccount,
    Partner,
)
PEOPLE = st.sampled_from([ANN, BOB])
TODAY = local_day(NOW, zone_of_customer("Europe/Berlin"))


def empty(connection: Connection) -> None:
    """Leaves nothing of the sequence before."""
    connection.execute(update(BasketItem).values(payment_id=None, follows_id=None))
    with history_unguarded(connection):
        for model in EMPTIED:
            connection.execute(delete(model))


class Books(RuleBasedStateMachine):
    """Operators at work on one basket."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.database.write(empty)
        if self.database.dialect == "postgresql":
            self.database.write(lambda c: c.exec_driver_sql("SELECT setval('customers_id_seq', 1, false)"))
        basket(self.database, (10 * EURO, 20 * EURO))

    @rule(who=PEOPLE, cents=st.integers(1, 5_000), kind=st.sampled_from(["credit", "service"]), monthly=st.booleans())
    def add(self, who: Operator, cents: int, kind: str, monthly: bool) -> None:
        """One more item."""
        values = {
            "item_type": kind,
            "unique_item_id": f"X-{new_key()[:10]}",
            "description": "x",
            "price": cents * CENT,
            "due": TODAY,
            "recurrence": "monthly" if monthly else "once",
        }
        self._try(who, lambda unit: add_item(unit, 1, values))

    @rule(who=PEOPLE, which=st.sets(st.integers(0, 5), max_size=3), extra=st.integers(-2_000, 2_000), now=st.booleans())
    def pay(self, who: Operator, which: set[int], extra: int, now: bool) -> None:
        """Some of what is free, for more or less than it costs."""
        free = [item.id for item in payable(self.database).items]
        items = tuple(free[one] for one in which if one < len(free))
        found = payable(self.database)
        from partnertui.invoices.sale_vat import sum_of

        due = sum_of((item.price for item in found.items if item.id in items), found.terms.rate, "EUR").gross
        with suppress(UserError):
            pay(self.database, items, due + (extra if extra % 3 == 0 else 0) * CENT, operator=who, is_received=now)

    @rule(who=PEOPLE, extra=st.sampled_from([0, 0, 5 * EURO, -CENT]))
    def pay_rest(self, who: Operator, extra: int) -> None:
        """What is missing of the oldest sale."""
        sales = payable(self.database).open_sales
        if sales:
            with suppress(UserError):
                pay(self.database, (), sales[0].rest + extra, operator=who, sales=(sales[0].id,))

    @rule(who=PEOPLE, arrives=st.booleans(), which=st.integers(0, 9))
    def end(self, who: Operator, arrives: bool, which: int) -> None:
        """Any payment, also one whose outcome is known."""
        found = rows(self.database, Payment)
        if found:
            key = found[which % len(found)].id
            self._try(who, lambda u: mark_paid(u, key, NOW) if arrives else not_received(u, key, "never came", NOW))

    @rule(who=PEOPLE, which=st.integers(0, 9), cents=st.integers(1, 9_000))
    def correct(self, who: Operator, which: int, cents: int) -> None:
        """Any payment gets another amount."""
        found = rows(self.database, Payment)
        if found:
            key = found[which % len(found)].id
            with suppress(UserError):
                seen = self.database.read(lambda c: load_correction(c, key))
                values = {**seen, "amount": cents * CENT, "reason": "typed wrongly"}
                commit_once(self.database, who, new_key(), lambda u: correct_payment(u, key, values, seen, NOW))

    @rule(who=PEOPLE, which=st.integers(0, 9))
    def remove(self, who: Operator, which: int) -> None:
        """Any item, also one that can't be."""
        found = rows(self.database, BasketItem)
        if found:
            item = found[which % len(found)]
            self._try(who, lambda unit: delete_item(unit, item.id, item.version))

    @rule(who=PEOPLE)
    def time_passes(self, who: Operator) -> None:
        """What is due is followed."""
        self._try(who, lambda unit: follow_due(unit, NOW))

    @invariant()
    def adds_up(self) -> None:
        """What must hold at any time."""
        check_books(self.database)

    def _try(self, who: Operator, work: Callable[[Any], object]) -> None:
        with suppress(UserError):
            commit_once(self.database, who, new_key(), work)


def test_any_sequence_leaves_books_that_agree(database: Database) -> None:
    class OnThis(Books):
        pass

    OnThis.database = database
    quick = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(OnThis, settings=quick)
