"""Sending refunds: once, whatever is lost or killed on the way, and looked up after that."""

from __future__ import annotations

import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from tests.db.makers import ANN, BOB, NOW
from tests.db.refunds.makers import (
    EURO,
    FileGateway,
    check_books,
    forked,
    payout,
    refund,
    row,
    sale,
    states,
)
from tests.db.users.makers import VAULT
from tests.stripe_server import KEY, CuttingProxy, StripeServer

from partnertui.config.settings import Gateways
from partnertui.db.database import Database, open_database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Customer, Refund, Transaction
from partnertui.db.refund_booking import not_paid_by_hand, paid_by_hand
from partnertui.db.refund_payout import (
    Payout,
    answer_place,
    check_before_approval,
    check_gateway,
    look_up,
    pay_out,
    resolve,
)
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.refunds import RefundScope, RefundState, Wanted
from partnertui.payment_gateways.gateway import Answer, AnswerState, GatewayError, RefundOrder
from partnertui.payment_gateways.installed import open_gateway

ONE = Wanted(RefundScope.AMOUNT, (), EURO)


def soon() -> datetime:
    return NOW


def later() -> datetime:
    """When nothing that was sent can arrive any more."""
    return NOW + timedelta(hours=1)


@pytest.fixture
def gateway(tmp_path: Path) -> FileGateway:
    """A gateway that pays what it is sent."""
    return FileGateway(tmp_path / "paid")


def test_a_refund_is_sent_once_and_completed(database: Database, gateway: FileGateway) -> None:
    sale(database)
    refund(database, ONE)
    sending = payout(database, gateway, vault=VAULT)
    assert [pay_out(sending, 1) for _ in range(2)] == [RefundState.COMPLETED] * 2
    assert [one["amount"] for one in gateway.paid()] == [100]
    found = row(database, Refund)
    assert found.gateway_reference == f"F-{found.idempotency_key[:8]}"
    text = VAULT.open(answer_place("refunds", 1), found.gateway_answer_ciphertext)
    assert text.decode() == f"answer to {found.idempotency_key}"
    assert row(database, Transaction, 2).state == "completed"
    check_books(database)


def test_nothing_is_sent_before_it_is_approved(database: Database, gateway: FileGateway) -> None:
    sale(database)
    refund(database, approval=True)
    assert pay_out(payout(database, gateway), 1) == RefundState.WAITING
    assert resolve(payout(database, gateway)) == {}
    assert gateway.paid() == []


@pytest.mark.parametrize(("lost", "paid"), [("before", 0), ("after", 1)])
def test_an_unknown_outcome_is_looked_up_and_never_sent_again(
    database: Database, gateway: FileGateway, lost: str, paid: int
) -> None:
    sale(database, [(50 * EURO, 0)], item_type="credit")
    refund(database)
    gateway.lost = lost
    assert pay_out(payout(database, gateway, clock=soon), 1) == RefundState.UNKNOWN
    assert row(database, Transaction).refunded == 50 * EURO
    gateway.lost = ""
    now = [RefundState.UNKNOWN, RefundState.COMPLETED][paid]
    assert pay_out(payout(database, gateway, clock=soon), 1) == now
    end = [RefundState.FAILED, RefundState.COMPLETED][paid]
    assert resolve(payout(database, gateway, clock=later)) == ({} if paid else {1: end})
    assert states(database) == [end]
    assert len(gateway.paid()) == paid
    assert row(database, Customer).credit == (0 if paid else 50 * EURO)
    check_books(database)


def test_a_refusal_takes_the_bookings_back(database: Database, gateway: FileGateway) -> None:
    sale(database, [(50 * EURO, 0)], item_type="credit")
    refund(database)
    gateway.state = AnswerState.FAILED
    assert pay_out(payout(database, gateway), 1) == RefundState.FAILED
    found = row(database, Refund)
    assert (found.failure_code, found.result) == ("expired_card", "the card has expired")
    assert row(database, Customer).credit == 50 * EURO
    check_books(database)


def test_a_gateway_that_works_on_it_is_asked_again(database: Database, gateway: FileGateway) -> None:
    sale(database)
    refund(database)
    gateway.state = AnswerState.PENDING
    assert pay_out(payout(database, gateway), 1) == RefundState.PENDING
    gateway.state = AnswerState.COMPLETED
    assert resolve(payout(database, gateway)) == {1: RefundState.COMPLETED}
    assert len(gateway.paid()) == 1


def test_a_gateway_that_is_away_is_noticed_before_anything_is_booked(database: Database, gateway: FileGateway) -> None:
    order = RefundOrder("k", "P-1", 100, "EUR")
    gateway.refund(order)
    check_gateway(gateway, order)  # of an earlier try, whose answer was lost
    away = open_gateway("stripe", Gateways(stripe_key=KEY, stripe_url="http://127.0.0.1:1"))
    with pytest.raises(GatewayError, match="can't be reached"):
        check_gateway(away, order)
    sale(database)
    refund(database, approval=True)
    with pytest.raises(GatewayError, match="can't be reached"):
        check_before_approval(Payout(database, BOB, lambda name: away), 1)
    check_gateway(open_gateway("manual", Gateways()), order)


def test_money_that_went_back_after_all_is_said(database: Database, gateway: FileGateway) -> None:
    """A program that was stopped for longer than any order takes, and went on after all."""
    sale(database)
    refund(database)

    class Late(FileGateway):
        def refund(self, order: RefundOrder) -> Answer:
            """Meanwhile somebody else found that the gateway never received it."""
            assert look_up(payout(database, gateway, clock=later), 1) == RefundState.FAILED
            return super().refund(order)

    assert pay_out(payout(database, Late(gateway.path), clock=soon), 1) == RefundState.FAILED
    assert "after all" in row(database, Refund).result


def test_a_gateway_that_is_gone_leaves_it_as_it_is(database: Database) -> None:
    sale(database)
    refund(database)

    def gone(name: str) -> FileGateway:
        raise GatewayError(f"No gateway named “{name}” is installed here.")

    with pytest.raises(GatewayError):
        pay_out(Payout(database, BOB, gone), 1)
    assert resolve(Payout(database, BOB, gone)) == {1: RefundState.UNKNOWN}
    assert states(database) == [RefundState.PENDING]
    with pytest.raises(DomainError, match="deleted"):
        look_up(Payout(database, BOB, gone), 7)


def test_an_unknown_one_found_in_the_gateways_records_is_ticked_off(database: Database, gateway: FileGateway) -> None:
    """Only that it was paid: nobody but the gateway says that it wasn't."""
    sale(database)
    refund(database)
    gateway.lost = "after"
    pay_out(payout(database, gateway, clock=soon), 1)
    with pytest.raises(DomainError, match="nothing to pay out"), UnitOfWork(database, BOB) as unit:
        not_paid_by_hand(unit, 1, "not in the list", NOW)
    commit_once(database, BOB, new_key(), lambda unit: paid_by_hand(unit, 1, "re_77", NOW))
    assert states(database) == [RefundState.COMPLETED]
    check_books(database)


def test_twenty_senders_send_it_once(database: Database, gateway: FileGateway) -> None:
    sale(database)
    refund(database, ONE)
    threads = [threading.Thread(target=pay_out, args=(payout(database, gateway), 1)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(gateway.paid()) == 1
    assert resolve(payout(database, gateway)) in ({}, {1: RefundState.COMPLETED})
    assert states(database) == [RefundState.COMPLETED]


@pytest.mark.parametrize("cut", ["before", "during", "after", "answer"])
def test_stripe_with_a_cut_connection(database: Database, cut: str) -> None:
    server = StripeServer()
    proxy = CuttingProxy(server.port)
    try:
        sale(database, gateway="stripe", gateway_reference=server.charge(10_000))
        settings = Gateways(stripe_key=KEY, stripe_url=proxy.url)
        refund(database, ONE, gateway="stripe")
        proxy.cut = cut
        sending = Payout(database, BOB, lambda name: open_gateway(name, settings), clock=soon)
        assert pay_out(sending, 1) == RefundState.UNKNOWN
        proxy.cut = ""
        found = resolve(Payout(database, BOB, sending.open_gateway, clock=later))
        arrived = cut in ("after", "answer")
        assert found == {1: RefundState.COMPLETED if arrived else RefundState.FAILED}
        assert server.refunds(row(database, Transaction).gateway_reference) == ([100] if arrived else [])
        check_books(database)
    finally:
        proxy.close()
        server.stop()


class Steps:
    """Ends the process at a step: around each statement and COMMIT, and around what the gateway does."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def step(self, *args: object) -> None:
        """One more."""
        self.count += 1
        if self.count == self.last:
            os._exit(7)

    def watch(self, database: Database) -> None:
        """Counts the steps of a database."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "rollback"):
            event.listen(database.engine, name, self.step)
        event.listen(database.engine, "checkin", self.step)


class SteppingGateway(FileGateway):
    """Counts before it pays, and before it answers."""

    def __init__(self, path: Path, lost: str, state: AnswerState, steps: Steps) -> None:
        super().__init__(path, lost, state)
        self.steps = steps

    def refund(self, order: RefundOrder) -> Answer:
        """See Gateway."""
        self.steps.step()
        try:
            return super().refund(order)
        finally:
            self.steps.step()


def killed_at(last: int, url: str, path: Path, lost: str, state: AnswerState) -> int:
    """Books and sends a refund in a child process that ends at a step; its exit code, 7 if it was killed."""

    def child() -> int:
        mine, steps = open_database(url), Steps(last)
        steps.watch(mine)

        gateway = SteppingGateway(path, lost, state, steps)
        pay_out(payout(mine, gateway, ANN, clock=soon), refund(mine, ONE, key=f"{lost}-{state}-{last}"))
        return 0

    return os.waitstatus_to_exitcode(os.waitpid(forked(child), 0)[1])


@pytest.mark.owner  # the steps of one engine are counted
@pytest.mark.parametrize(
    ("lost", "state", "stride"),
    [
        ("", AnswerState.COMPLETED, 1),
        ("after", AnswerState.COMPLETED, 3),
        ("before", AnswerState.COMPLETED, 3),
        ("", AnswerState.FAILED, 3),
    ],
)
def test_killed_between_any_two_steps(
    database: Database, tmp_path: Path, lost: str, state: AnswerState, stride: int
) -> None:
    """No half refund, none twice, none lost: after each kill the rest is settled, and all agree.

    All eight together are more than 400 kills.
    """
    sale(database, [(500 * EURO, 0)], item_type="credit")
    gateway = FileGateway(tmp_path / "paid", "", state)
    kills = 0
    while killed_at(kills * stride + 1, str(database.url), gateway.path, lost, state) == 7:
        kills += 1
        resolve(payout(database, gateway, clock=later))
        found = states(database)
        paid = [one for one in gateway.paid() if one["state"] == "completed"]
        assert set(found) <= {RefundState.COMPLETED, RefundState.FAILED}
        assert found.count(RefundState.COMPLETED) == len(paid)
    keys = [one["key"] for one in gateway.paid()]
    assert len(keys) == len(set(keys))
    check_books(database)
    assert kills * stride > 100
