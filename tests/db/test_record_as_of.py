"""A record as it was at a moment, and whose a number was; on both databases."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.db.makers import ANN, PAT, customer, staff

from partnertui.db.database import Database
from partnertui.db.models import Customer, Ddi
from partnertui.db.models.base import now
from partnertui.db.record_as_of import number_as_of, record_as_of
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Operator
from partnertui.domain.pbx_enums import DdiState, TargetType

NUMBER = "442079460000"


@pytest.fixture
def moments(database: Database) -> list[datetime]:
    """Before everything, after each of three steps: added, moved and rerouted, deleted."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        work.add(customer(id=1, partner_id=7, company="First Ltd"))
        work.add(customer(id=2, partner_id=8, company="Second Ltd"))
        work.commit()
    found = [now()]
    with UnitOfWork(database, ANN) as work:
        route = {"route_type": TargetType.EXTERNAL, "target": "+44 20 7946 0999"}
        work.add(Ddi(id=5, number=NUMBER, country="GB", customer_id=1, partner_id=7, state=DdiState.ACTIVE, **route))
        work.commit()
    found.append(now())
    with UnitOfWork(database, ANN) as work:
        ddi = work.get(Ddi, 5)
        ddi.customer_id, ddi.partner_id, ddi.target = 2, 8, "+44 20 7946 0111"
        work.get(Customer, 1).company = "First & Sons"
        work.commit()
    found.append(now())
    return found


def holder(database: Database, at: datetime, operator: Operator | None = None) -> tuple[str, str] | None:
    found = database.read(lambda connection: number_as_of(connection, NUMBER, at, operator))
    return (found.customer, found.route) if found is not None else None


def test_whose_a_number_was_and_where_it_led(database: Database, moments: list[datetime]) -> None:
    assert holder(database, moments[1]) == ("First Ltd", f"{TargetType.EXTERNAL.value} +44 20 7946 0999")
    assert holder(database, moments[2]) == ("Second Ltd", f"{TargetType.EXTERNAL.value} +44 20 7946 0111")


def test_before_it_was_added_it_did_not_exist(database: Database, moments: list[datetime]) -> None:
    past = database.read(lambda connection: record_as_of(connection, Ddi, 5, moments[0]))
    assert past is not None
    assert past.values is None
    assert past.changes_since == 2


@pytest.mark.owner
def test_a_deleted_record_is_known(database: Database, moments: list[datetime]) -> None:
    with UnitOfWork(database, ANN) as work:
        work.delete(work.get(Ddi, 5))
        work.commit()
    past = database.read(lambda connection: record_as_of(connection, Ddi, 5, moments[2]))
    assert past is not None
    assert past.values is not None
    assert (past.values["number"], past.values["customer_id"]) == (NUMBER, 2)
    gone = database.read(lambda connection: record_as_of(connection, Ddi, 5, now()))
    assert gone is not None
    assert gone.values is None


def test_a_partner_sees_own_records_alone(database: Database, moments: list[datetime]) -> None:
    assert database.read(lambda connection: record_as_of(connection, Customer, 1, moments[0], PAT)) is not None
    assert database.read(lambda connection: record_as_of(connection, Customer, 2, moments[0], PAT)) is None
    assert holder(database, moments[1], PAT) is None  # it is another partner's now


def test_an_unknown_record_is_none(database: Database, moments: list[datetime]) -> None:
    assert database.read(lambda connection: record_as_of(connection, Ddi, 99, now())) is None
    assert database.read(lambda connection: number_as_of(connection, "4420", now(), None)) is None
