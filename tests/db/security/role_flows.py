"""Flows that are tried as each role beside those of tests/faults: the rest of what dialogs save."""

from __future__ import annotations

from sqlalchemy import insert, select
from tests.db.basket import makers as baskets
from tests.db.basket.test_basket_items import ITEM
from tests.db.makers import ANN, BOB, NOW, staff
from tests.db.refunds import makers as refunds
from tests.db.refunds.makers import EURO
from tests.db.users.makers import CODES, VAULT, company, new_user
from tests.faults.flow import Flow, Work, count, counts
from tests.faults.ticket_flows import MORE_TICKET_FLOWS

from partnertui.db.basket_items import add_item, delete_item, edit_item, load_item, new_item_values
from partnertui.db.credit import adjust_credit, load_credit
from partnertui.db.database import Database
from partnertui.db.ddis import edit_ddi, load_ddi
from partnertui.db.imports.rates import RatesImport
from partnertui.db.models import (
    BasketItem,
    Ddi,
    PaymentCorrection,
    PriceList,
    PriceListEntry,
    Refund,
    StatementEntry,
    User,
)
from partnertui.db.payment_state_changes import correct_payment, load_correction
from partnertui.db.refund_booking import approve_refund, reject_refund
from partnertui.db.refundable_amounts import read_sale
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.db.user_removal import preview_removal, remove_user
from partnertui.domain.operators import Operator
from partnertui.domain.refunds import RefundState
from partnertui.screens.ddis.numbers_import import NumbersImport
from partnertui.screens.users.users_import import UsersImport


def _basket(database: Database) -> None:
    baskets.basket(database, (10 * EURO,))


def item_added(database: Database, number: int, key: str, who: Operator) -> Work:
    start = database.read(lambda connection: new_item_values(connection, 1, NOW))
    values = {**ITEM, "unique_item_id": start["unique_item_id"]}
    return lambda unit: add_item(unit, 1, values)


def item_edited(database: Database, number: int, key: str, who: Operator) -> Work:
    seen = database.read(lambda connection: load_item(connection, 1))
    return lambda unit: edit_item(unit, 1, {**seen, "description": "Another"}, seen)


def item_deleted(database: Database, number: int, key: str, who: Operator) -> Work:
    version = database.read(lambda connection: load_item(connection, 1))["version"]
    return lambda unit: delete_item(unit, 1, version)


def credit_adjusted(database: Database, number: int, key: str, who: Operator) -> Work:
    assert database.read(lambda connection: load_credit(connection, 1))
    return lambda unit: adjust_credit(unit, 1, EURO, "goodwill", NOW)


def _refund_waits(database: Database, number: int, who: Operator) -> None:
    """Requested by a colleague."""
    refunds.refund(database, operator=BOB if who.id == ANN.id else ANN, approval=True)


def refund_approved(database: Database, number: int, key: str, who: Operator) -> Work:
    database.read(lambda connection: read_sale(connection, 1))
    return lambda unit: approve_refund(unit, 1, NOW)


def refund_rejected(database: Database, number: int, key: str, who: Operator) -> Work:
    database.read(lambda connection: read_sale(connection, 1))
    return lambda unit: reject_refund(unit, 1, "not agreed", NOW)


def _paid_by_hand(database: Database, number: int, who: Operator) -> None:
    baskets.pay(database, (1,))


def payment_corrected(database: Database, number: int, key: str, who: Operator) -> Work:
    seen = database.read(lambda connection: load_correction(connection, 1))
    values = {**seen, "gateway_reference": "T-1", "reason": "typed wrongly"}
    return lambda unit: correct_payment(unit, 1, values, seen, NOW)


def _user(database: Database) -> None:
    company(database)
    new_user(database, "Ada", "200")


def user_removed(database: Database, number: int, key: str, who: Operator) -> Work:
    assert database.read(lambda connection: preview_removal(connection, 1, 1)).routes == ()
    version = database.read(lambda connection: connection.execute(select(User.version)).scalar_one())

    def work(unit: UnitOfWork) -> None:
        remove_user(unit, 1, version)

    return work


def users_imported(database: Database, number: int, key: str, who: Operator) -> Work:
    importer = UsersImport(VAULT, CODES, "", 1)
    database.read(lambda connection: importer.begin(connection, who))
    return lambda unit: importer.store(unit, [importer.check({"name": "Ada", "email": "ada@nb.test"})])


def numbers_imported(database: Database, number: int, key: str, who: Operator) -> Work:
    importer = NumbersImport(1)
    database.read(lambda connection: importer.begin(connection, who))
    return lambda unit: importer.store(unit, [importer.check({"numbers": "+493023125000", "country": "DE"})])


def _ddi(database: Database) -> None:
    company(database)
    with UnitOfWork(database, ANN) as unit:
        unit.add(Ddi(customer_id=1, number="493023125000", country="DE", state="active"))
        unit.commit()


def ddi_edited(database: Database, number: int, key: str, who: Operator) -> Work:
    seen = database.read(lambda connection: load_ddi(connection, 1))
    return lambda unit: edit_ddi(unit, 1, {**seen, "area": "Reception"}, seen)


def _rates(database: Database) -> None:
    staff(database)
    rows = {"id": 1, "name": "Calls", "kind": "calls", "currency": "EUR"}
    database.write(lambda connection: connection.execute(insert(PriceList), rows))


def rates_imported(database: Database, number: int, key: str, who: Operator) -> Work:
    importer = RatesImport(1)
    database.read(lambda connection: importer.begin(connection, who))
    return lambda unit: importer.store(unit, [importer.check({"prefix": "49", "name": "DE", "per_minute": "0.01"})])


ROLE_FLOWS = {
    **MORE_TICKET_FLOWS,
    "basket item added": Flow(_basket, item_added, lambda database: count(database, BasketItem) - 1),
    "basket item edited": Flow(_basket, item_edited, counts(BasketItem, BasketItem.description == "Another")),
    "basket item deleted": Flow(_basket, item_deleted, lambda database: 1 - count(database, BasketItem)),
    "credit adjusted": Flow(_basket, credit_adjusted, counts(StatementEntry)),
    "refund approved": Flow(
        refunds.sale, refund_approved, counts(Refund, Refund.approved_at.is_not(None)), prepare=_refund_waits
    ),
    "refund rejected": Flow(
        refunds.sale, refund_rejected, counts(Refund, Refund.state == RefundState.REJECTED), prepare=_refund_waits
    ),
    "payment corrected": Flow(_basket, payment_corrected, counts(PaymentCorrection), prepare=_paid_by_hand),
    "user removed": Flow(_user, user_removed, counts(User, User.removed_at.is_not(None))),
    "users imported": Flow(company, users_imported, counts(User)),
    "numbers imported": Flow(company, numbers_imported, counts(Ddi)),
    "rates imported": Flow(_rates, rates_imported, counts(PriceListEntry)),
    "DDI edited": Flow(_ddi, ddi_edited, counts(Ddi, Ddi.area == "Reception")),
}
