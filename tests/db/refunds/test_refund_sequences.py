"""After any sequence of refunds by two operators, approvals, lost answers and look-ups, all books agree."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, delete, select
from tests.db.history_walls import history_unguarded
from tests.db.makers import ANN, BOB, NOW
from tests.db.refunds.makers import EURO, FileGateway, check_books, payout, refund, row, sale, states
from tests.db.refunds.test_refund_payout import later, soon

from partnertui.db.database import Database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import (
    CommittedWrite,
    Customer,
    History,
    OperatorAccount,
    Partner,
    Payment,
    Refund,
    StatementEntry,
    Transaction,
    TransactionItem,
)
from partnertui.db.refund_booking import approve_refund, not_paid_by_hand, paid_by_hand, reject_refund
from partnertui.db.refund_payout import pay_out, resolve
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator
from partnertui.domain.refunds import UNSETTLED, RefundScope, RefundState, Wanted
from partnertui.errors import UserError
from partnertui.payment_gateways.gateway import AnswerState

EMPTIED = (
    CommittedWrite,
    History,
    Refund,
    StatementEntry,
    Payment,
    TransactionItem,
    Transaction,
    Customer,
    OperatorAccount,
    Partner,
)
PEOPLE = st.sampled_from([ANN, BOB])


def empty(connection: Connection) -> None:
    """Leaves nothing of the sequence before."""
    with history_unguarded(connection):
        for model in EMPTIED:
            connection.execute(delete(model))


class Books(RuleBasedStateMachine):
    """Operators at work on one sale, half of it credit that was loaded."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.gateway = FileGateway(Path(self.folder.name) / "paid")
        self.database.write(empty)
        sale(self.database, [(12_330_000, 2_466_000), (30 * EURO, 5_700_000)], item_type="credit")

    def teardown(self) -> None:
        """See RuleBasedStateMachine."""
        self.folder.cleanup()

    @rule(
        who=PEOPLE,
        cents=st.integers(1, 3_000),
        items=st.sets(st.sampled_from([1, 2])),
        whole=st.booleans(),
        approval=st.booleans(),
        by_hand=st.booleans(),
    )
    def request(self, who: Operator, cents: int, items: set[int], whole: bool, approval: bool, by_hand: bool) -> None:
        """An amount, or within items, or items whole; what is refused leaves no trace."""
        amount = None if items and whole else cents * 10_000
        wanted = Wanted(RefundScope.ITEMS if items else RefundScope.AMOUNT, tuple(items), amount)
        self._try(
            lambda: refund(
                self.database,
                wanted,
                operator=who,
                approval=approval,
                gateway="manual" if by_hand else "file",
            )
        )

    @rule(who=PEOPLE, yes=st.booleans())
    def decide(self, who: Operator, yes: bool) -> None:
        """The oldest one that waits."""
        self._end(RefundState.WAITING, who, approve_refund if yes else lambda u, k, at: reject_refund(u, k, "no", at))

    @rule(who=PEOPLE, yes=st.booleans())
    def by_hand(self, who: Operator, yes: bool) -> None:
        """The oldest task."""
        end = paid_by_hand if yes else not_paid_by_hand
        self._end(RefundState.BY_HAND, who, lambda unit, key, at: end(unit, key, "SEPA 1", at))

    @rule(
        who=PEOPLE,
        lost=st.sampled_from(["", "", "before", "after"]),
        state=st.sampled_from([AnswerState.COMPLETED, AnswerState.FAILED]),
    )
    def send(self, who: Operator, lost: str, state: AnswerState) -> None:
        """The oldest one whose outcome isn't known, sent or looked up."""
        for number, found in enumerate(states(self.database)):
            if found in UNSETTLED:
                gateway = FileGateway(self.gateway.path, lost, state)
                pay_out(payout(self.database, gateway, who, clock=soon), self._key(number))
                break

    @rule(who=PEOPLE)
    def look_up_all(self, who: Operator) -> None:
        """When nothing can arrive any more."""
        resolve(payout(self.database, self.gateway, who, clock=later))
        assert not set(states(self.database)) & set(UNSETTLED)

    @invariant()
    def adds_up(self) -> None:
        """What must hold at any time."""
        check_books(self.database)
        sold = row(self.database, Transaction, 1)
        assert 0 <= sold.refunded <= sold.amount
        keys = [one["key"] for one in self.gateway.paid()]
        assert len(keys) == len(set(keys))

    def _key(self, number: int) -> int:

        query = select(Refund.id).order_by(Refund.id).offset(number).limit(1)
        return self.database.read(lambda connection: connection.execute(query).scalar_one())

    def _end(self, state: RefundState, who: Operator, end: Callable[[UnitOfWork, int, Any], int]) -> None:
        found = states(self.database)
        if state in found:
            key = self._key(found.index(state))
            self._try(lambda: commit_once(self.database, who, new_key(), lambda unit: end(unit, key, NOW)))

    def _try(self, work: Callable[[], int]) -> None:
        with suppress(UserError):
            work()


def test_any_sequence_leaves_books_that_agree(database: Database) -> None:
    class OnThis(Books):
        pass

    OnThis.database = database
    quick = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(OnThis, settings=quick)
