"""Orders of numbers: split ports, exceptions that come back, rejection, readiness, activation and the first call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from tests.db.kamailio.switches import registration
from tests.db.makers import ANN, PAT, customer, staff

from partnertui.db.database import Database
from partnertui.db.ddi_activation import activate, first_calls
from partnertui.db.ddi_readiness import check_readiness
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import create_tables, tables
from partnertui.db.models import (
    Cdr,
    Ddi,
    DialLocation,
    History,
    PendingDdi,
    PendingDdiNumber,
    PriceList,
    PriceListEntry,
    RingGroup,
    RingGroupMember,
    User,
)
from partnertui.db.pending_ddis import advance, come_back, name_numbers, numbers_of, plan_numbers, reject
from partnertui.db.undo import last_changes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ddis import NumbersTaken
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import read_range
from partnertui.domain.pbx_enums import ActingParty, DdiState, PendingState, TargetType
from partnertui.domain.pending_ddis import next_state, state_of_order

NUMBERS = ["49302312500", "49302312501", "49302312502", "49302312510"]
JUNE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def ready(database: Database) -> Database:
    """A port of four numbers for customer 1 of partner 7, with two users, a ring group and prices."""
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        for name, partner in (("Acme", 7), ("Other", 8)):
            unit.add(customer(company=name, partner_id=partner, country="DE", currency="EUR"))
        unit.session.flush()
        unit.add(DialLocation(customer_id=1, name="HQ", country="DE", tone_zone="de", emergency_address="verified"))
        unit.session.flush()
        for at, place in ((1, 1), (2, None)):
            name = f"u{at}"
            unit.add(User(customer_id=1, name=name, email=name, sip_username=name, sip_domain="x", location_id=place))
        unit.add(RingGroup(customer_id=1, name="Sales"))
        unit.add(PriceList(name="DDIs", kind="ddis", currency="EUR"))
        unit.session.flush()
        unit.add(RingGroupMember(customer_id=1, ring_group_id=1, user_id=1, position=1))
        unit.add(PriceListEntry(price_list_id=1, name="Berlin", prefix="4930", setup_fee=1, monthly_fee=5))
        unit.add(PendingDdi(customer_id=1, order_number="ORD-1", kind="port-in", country="DE", numbers=NUMBERS))
        unit.session.flush()
        for number in NUMBERS:
            unit.add(PendingDdiNumber(customer_id=1, order_id=1, number=number, documents_missing="LOA"))
        unit.commit()
    return database


def run(database: Database, work: Any, who: Any = ANN) -> str:
    return str(commit_once(database, who, new_key(), work))


def parts(database: Database) -> list[Any]:
    return database.read(lambda connection: numbers_of(connection, 1))


def seen(database: Database, *numbers: str) -> dict[str, int]:
    return {part["number"]: part["version"] for part in parts(database) if not numbers or part["number"] in numbers}


def order(database: Database) -> Any:
    return database.read(lambda c: c.execute(select(PendingDdi.__table__)).mappings().one())


def states(database: Database) -> list[str]:
    return [part["state"].value for part in parts(database)]


def confirm(database: Database, *numbers: str) -> None:
    """Brings numbers to a confirmed date."""
    values = {"documents_missing": None, "agreed_at": JUNE}
    for _ in range(3):
        run(database, lambda unit: advance(unit, 1, seen(database, *numbers), values))


def test_a_port_is_split_and_the_order_sums_up(ready: Database) -> None:
    with pytest.raises(DomainError, match="documents are missing") as caught:
        run(ready, lambda unit: advance(unit, 1, seen(ready), {"acting_party": None}))
    assert caught.value.field == "documents_missing"
    said = run(ready, lambda unit: advance(unit, 1, seen(ready), {"documents_missing": None}))
    assert said == "4 numbers are now submitted."
    values = {"acting_party": ActingParty.LOSING_CARRIER, "required_action": "Wait"}
    run(ready, lambda unit: advance(unit, 1, seen(ready, *NUMBERS[:2]), values))
    assert states(ready) == ["in process", "in process", "submitted", "submitted"]
    assert (order(ready)["state"], order(ready)["required_action"]) == (PendingState.SUBMITTED, "Wait")
    with pytest.raises(DomainError, match="agreed date is required") as caught:
        run(ready, lambda unit: advance(unit, 1, seen(ready, NUMBERS[0]), {}))
    assert caught.value.field == "agreed_at"
    run(ready, lambda unit: advance(unit, 1, seen(ready, NUMBERS[0]), {"agreed_at": JUNE}))
    assert states(ready)[0] == "date confirmed"
    assert order(ready)["agreed_at"] == JUNE
    with pytest.raises(DomainError, match="activation"):
        run(ready, lambda unit: advance(unit, 1, seen(ready, NUMBERS[0]), {"agreed_at": JUNE}))


def test_an_exception_comes_back_and_is_submitted_again(ready: Database) -> None:
    confirm(ready)
    values = {"reason": "postcode differs", "acting_party": ActingParty.CUSTOMER, "required_action": "ask for the bill"}
    run(ready, lambda unit: come_back(unit, 1, seen(ready, NUMBERS[3]), values))
    assert states(ready) == ["date confirmed"] * 3 + ["exception"]
    assert (order(ready)["state"], order(ready)["rejected_reason"]) == (PendingState.EXCEPTION, "postcode differs")
    run(ready, lambda unit: advance(unit, 1, seen(ready, NUMBERS[3]), {}))
    assert parts(ready)[3]["state"] == PendingState.SUBMITTED
    assert parts(ready)[3]["reason"] is None
    entries = (History.object_table == "pending_ddi_numbers", History.action == "changed")
    assert ready.read(lambda c: c.execute(select(func.count()).select_from(History).where(*entries)).scalar()) == 14


def test_a_rejection_ends_numbers_with_its_reason(ready: Database) -> None:
    run(ready, lambda unit: reject(unit, 1, seen(ready, *NUMBERS[:3]), "went elsewhere"))
    assert (order(ready)["state"], order(ready)["rejected_reason"]) == (PendingState.DRAFT, "went elsewhere")
    run(ready, lambda unit: reject(unit, 1, seen(ready, NUMBERS[3]), "went elsewhere"))
    assert order(ready)["state"] == PendingState.CANCELLED
    with pytest.raises(DomainError, match="already cancelled"):
        run(ready, lambda unit: reject(unit, 1, seen(ready), "again"))


def test_an_order_is_not_undone_without_its_numbers(ready: Database) -> None:
    run(ready, lambda unit: reject(unit, 1, seen(ready), "x"))
    with pytest.raises(DomainError, match="depends on its numbers"):
        ready.read(lambda connection: last_changes(connection, ANN, "pending_ddis", [1]))


def test_somebody_else_was_faster_and_strangers_see_nothing(ready: Database) -> None:
    stale = seen(ready)
    run(ready, lambda unit: reject(unit, 1, seen(ready, NUMBERS[0]), "x"))
    with pytest.raises(ConcurrentChange):
        run(ready, lambda unit: reject(unit, 1, stale, "y"))
    ready.write(lambda connection: connection.execute(update(PendingDdi).values(partner_id=8)))
    with pytest.raises(RowDeleted):
        run(ready, lambda unit: reject(unit, 1, seen(ready), "z"), who=PAT)


def plan(database: Database, *numbers: str, kind: TargetType = TargetType.USER, target: int = 1) -> None:
    changed = {"route_type": kind, "target_id": target, "target": None, "price_list_entry_id": 1}
    run(database, lambda unit: plan_numbers(unit, 1, seen(database, *numbers), changed))


def test_activation_makes_the_ddis_and_the_first_call_is_ticked_off(ready: Database) -> None:
    first = NUMBERS[:3]
    confirm(ready, *first)
    with pytest.raises(DomainError, match="has no target"):
        run(ready, lambda unit: activate(unit, 1, seen(ready, *first), JUNE))
    plan(ready, *first)
    ready.write(lambda c: c.execute(insert(Ddi), [{"number": NUMBERS[1], "country": "DE", "state": "reserved"}]))
    assert "3 numbers are active" in run(ready, lambda unit: activate(unit, 1, seen(ready, *first), JUNE))
    rows = ready.read(lambda c: c.execute(select(Ddi.__table__).order_by(Ddi.number)).mappings().all())
    assert [row["number"] for row in rows] == first
    assert {(row["monthly_fee"], row["billing_starts_at"], row["target"], row["user_id"]) for row in rows} == {
        (5, JUNE, "u1", 1)
    }
    assert states(ready) == ["activated"] * 3 + ["draft"]
    assert order(ready)["state"] == PendingState.DRAFT
    assert ready.read(lambda connection: first_calls(connection, parts(ready))) == {}
    at = parts(ready)[0]["activated_at"]
    calls = [
        {
            "started_at": at + timedelta(minutes=minutes),
            "category": category,
            "direction": "inbound",
            "customer_id": owner,
            "destination_number": number,
            "disposition": "answered",
        }
        for minutes, category, owner, number in (
            (-5, "received", 1, first[0]),
            (9, "received", 1, first[0]),
            (3, "missed", 1, first[0]),
            (1, "received", 2, first[1]),
            (2, "dialled", 1, first[2]),
        )
    ]
    ready.write(lambda connection: connection.execute(insert(Cdr), calls))
    found = ready.read(lambda connection: first_calls(connection, parts(ready)))
    assert found == {first[0]: at + timedelta(minutes=3)}


def test_activation_is_all_or_nothing(ready: Database) -> None:
    confirm(ready)
    plan(ready)
    taken = [{"number": NUMBERS[3], "country": "DE", "state": "active", "customer_id": 2}]
    ready.write(lambda connection: connection.execute(insert(Ddi), taken))
    with pytest.raises(NumbersTaken, match="Other, active"):
        run(ready, lambda unit: activate(unit, 1, seen(ready), JUNE))
    assert ready.read(lambda c: c.execute(select(func.count(Ddi.id))).scalar()) == 1
    assert states(ready) == ["date confirmed"] * 4


def test_numbers_are_named_once(ready: Database) -> None:
    with UnitOfWork(ready, ANN) as unit:
        unit.add(PendingDdi(customer_id=1, order_number="ORD-2", kind="new", country="DE", numbers=[], quantity=5))
        unit.commit()
    block = read_range("+49302319[000-004]")
    stock = [{"number": "49302319002", "country": "DE", "state": "free"}]
    ready.write(lambda connection: connection.execute(insert(Ddi), stock))
    with pytest.raises(NumbersTaken, match="on Acme's order ORD-1"):
        run(ready, lambda unit: name_numbers(unit, 2, 1, read_range("+493023125[00-04]")))
    assert "5 numbers" in run(ready, lambda unit: name_numbers(unit, 2, 1, block))
    assert len(ready.read(lambda connection: numbers_of(connection, 2))) == 5
    with pytest.raises(DomainError, match="already has its numbers"):
        run(ready, lambda unit: name_numbers(unit, 2, 2, block))
    assert state(ready) == DdiState.RESERVED
    named = {part["number"]: part["version"] for part in ready.read(lambda connection: numbers_of(connection, 2))}
    run(ready, lambda unit: reject(unit, 2, named, "not wanted"))
    assert state(ready) == DdiState.FREE


def state(database: Database) -> DdiState:
    """The state of the only number in stock."""
    return DdiState(database.read(lambda connection: connection.execute(select(Ddi.state)).scalar_one()))


def test_readiness_says_only_what_was_looked_at(ready: Database) -> None:
    plan(ready, NUMBERS[0])
    plan(ready, NUMBERS[1], target=2)
    plan(ready, NUMBERS[2], kind=TargetType.RING_GROUP)

    def verdicts() -> list[Any]:
        kamailio = KamailioDatabase(ready.url)
        return ready.read(lambda c: check_readiness(c, numbers_of(c, 1), kamailio, datetime.now(UTC)))

    without = verdicts()
    assert [one.verdict for one in without] == ["not known", "red", "not known", "red"]
    assert "not known" in without[0].checks[0].text
    assert without[1].checks[2].text == "u2's emergency address: no location"
    assert [check.ok for check in without[3].checks] == [False, False, None]
    ready.write(create_tables)
    assert [one.verdict for one in verdicts()] == ["red"] * 4
    contact = registration(1, "u1", expires=datetime.now(UTC) + timedelta(hours=1))
    ready.write(lambda connection: connection.execute(tables().location.insert(), [contact]))
    found = verdicts()
    assert [one.verdict for one in found] == ["green", "red", "green", "red"]
    assert found[0].checks[0].text == "u1: registered now"


def test_numbers_that_another_program_ordered_get_their_rows(ready: Database) -> None:
    ready.write(lambda connection: connection.execute(delete(PendingDdiNumber)))
    ready.write(lambda connection: connection.execute(update(PendingDdi).values(state="submitted")))
    assert [(part["number"], part["version"]) for part in parts(ready)] == [(number, 0) for number in NUMBERS]
    stale = seen(ready, *NUMBERS[:2])
    run(ready, lambda unit: advance(unit, 1, stale, {"required_action": "Wait"}))
    assert states(ready) == ["in process", "in process", "submitted", "submitted"]
    with pytest.raises(ConcurrentChange):
        run(ready, lambda unit: advance(unit, 1, stale, {}))


def test_the_migration_gives_each_number_of_earlier_orders_a_row(ready: Database) -> None:
    folder = files("partnertui.db.migrations").joinpath("sql", f"0009.{ready.dialect}.sql")
    insertion = next(one for one in folder.read_text("utf-8").split(";\n\n") if one.startswith("INSERT"))
    ready.write(lambda connection: connection.execute(delete(PendingDdiNumber)))
    broken = {"customer_id": 1, "order_number": "ORD-3", "kind": "new", "country": "DE", "numbers": []}
    ready.write(lambda connection: connection.execute(insert(PendingDdi), [broken]))
    ready.write(lambda c: c.exec_driver_sql("UPDATE pending_ddis SET numbers = '[broken' WHERE id = 2"))
    ready.write(lambda connection: connection.exec_driver_sql(insertion))
    assert [(part["number"], part["version"], part["state"]) for part in parts(ready)] == [
        (number, 1, PendingState.DRAFT) for number in NUMBERS
    ]
    assert ready.read(lambda c: c.execute(select(func.count(PendingDdiNumber.id))).scalar()) == 4


@pytest.mark.parametrize("state", list(PendingState))
def test_every_state_leads_on_or_says_why_not(state: PendingState) -> None:
    if state in (PendingState.DATE_CONFIRMED, PendingState.ACTIVATED, PendingState.CANCELLED):
        with pytest.raises(DomainError):
            next_state(state)
    else:
        assert next_state(state) != state
    assert state_of_order([state]) == state
