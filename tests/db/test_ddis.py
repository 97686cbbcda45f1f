"""DDIs: added all or none, clashes in any spelling, swaps that keep routes, rest before a number returns."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update
from tests.db.makers import ANN, PAT, customer, staff

from partnertui.db.database import Database
from partnertui.db.ddis import add_ddis, change_state, edit_ddi, load_ddi, swap_routes, swappable
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Ddi, History, PendingDdi, PendingDdiNumber, PriceList, PriceListEntry, User
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.ddis import Addition, NumbersTaken
from partnertui.domain.errors import DomainError
from partnertui.domain.number_ranges import read_range
from partnertui.domain.pbx_enums import DdiState, TargetType

BLOCK = read_range("+493023125[00-99]")


@pytest.fixture
def ready(database: Database) -> Database:
    """Customers 1 (partner 7), 2 (partner 8) and 3 (nobody's), each with users, and a DDI price list."""
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        for name, partner in (("Acme", 7), ("Other", 8), ("Own", None)):
            unit.add(customer(company=name, partner_id=partner, country="DE", currency="EUR"))
        unit.session.flush()
        for owner in (1, 2, 3):
            for at in range(4):
                name = f"u{owner}{at}"
                unit.add(
                    User(
                        customer_id=owner,
                        name=name,
                        email=f"{name}@x",
                        sip_username=name,
                        sip_domain="x",
                        extension=f"2{at}",
                    )
                )
        unit.session.flush()
        unit.add(PriceList(name="DDIs", kind="ddis", currency="EUR"))
        unit.session.flush()
        for name, prefix, fee in (("Germany", "49", 3), ("Berlin", "4930", 5), ("France", "33", 4)):
            unit.add(
                PriceListEntry(price_list_id=1, name=name, prefix=prefix, setup_fee=1, monthly_fee=fee, country="XX")
            )
        unit.commit()
    return database


def add(database: Database, numbers: Any = BLOCK, owner: int = 1, who: Any = ANN, **more: Any) -> list[int]:
    addition = Addition(numbers, "DE", billing_starts_at=datetime(2026, 6, 1, tzinfo=UTC), **more)
    return commit_once(database, who, new_key(), lambda unit: add_ddis(unit, owner, addition))


def count(database: Database, model: Any = Ddi, *where: Any) -> int:
    return database.read(lambda c: c.execute(select(func.count()).select_from(model).where(*where)).scalar_one())


def test_a_range_is_added_with_price_and_history(ready: Database) -> None:
    ids = add(ready, price_id=2, in_unlimited_plan=True)
    assert len(set(ids)) == count(ready) == 100
    row = ready.read(lambda connection: load_ddi(connection, min(ids)))
    assert (row["customer_id"], row["partner_id"], row["state"], row["version"]) == (1, 7, DdiState.ACTIVE, 1)
    assert (row["setup_fee"], row["monthly_fee"], row["price_list_entry_id"], row["currency"]) == (1, 5, 2, "EUR")
    assert row["billing_starts_at"] == datetime(2026, 6, 1, tzinfo=UTC)
    assert count(ready, History, History.object_table == "ddis", History.action == "created") == 100
    entry = select(History).where(History.object_table == "ddis", History.object_id == row["id"])
    kept = ready.read(lambda c: c.execute(entry).mappings().one())
    assert kept["changes"]["number"] == [None, row["number"]]
    assert (kept["operator_name"], kept["customer_id"], kept["partner_id"]) == ("Ann", 1, 7)


def test_a_price_of_another_prefix_is_refused(ready: Database) -> None:
    with pytest.raises(DomainError, match="France is for numbers that begin with") as caught:
        add(ready, price_id=3)
    assert caught.value.field == "price"
    assert count(ready) == 0


@pytest.mark.parametrize("stored", ["49302312507", "+49302312507", "0049302312507", "490302312507", "+490302312507"])
def test_a_clash_is_named_whatever_its_spelling(ready: Database, stored: str) -> None:
    row = {"number": stored, "country": "DE", "state": "active", "customer_id": 2, "partner_id": 8}
    ready.write(lambda connection: connection.execute(insert(Ddi), [row]))
    with pytest.raises(NumbersTaken, match=r"1 of 100 numbers .*\+49 30 2312507: Other, active") as caught:
        add(ready)
    assert caught.value.field == "numbers"
    assert count(ready) == 1
    assert count(ready, History, History.object_table == "ddis") == 0


def test_all_clashes_are_listed_and_a_partner_learns_nothing_of_strangers(ready: Database) -> None:
    add(ready, read_range("+493023125[00-09]"), owner=2)
    add(ready, read_range("+493023125[10-11]"), owner=1)
    strangers = 10 if ready.dialect == "sqlite" else 0  # row security hides them; the unique index refuses them then
    with pytest.raises(NumbersTaken, match=f"{2 + strangers} of 100 numbers") as caught:
        add(ready, who=PAT)
    told = caught.value.details or (str(caught.value),)
    assert sum("already taken" in line for line in told) == strangers
    assert not any("Other" in line for line in told)
    assert sum(line.count("Acme, active") for line in told) == 2
    with pytest.raises(RowDeleted):
        add(ready, read_range("+493023126[00-09]"), owner=2, who=PAT)
    assert count(ready) == 12


def test_numbers_on_order_and_reserved_clash_and_free_ones_are_taken_from_stock(ready: Database) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    stock: list[dict[str, Any]] = [
        {"number": "49302312500", "country": "DE", "area": "Berlin", "state": "free", "quarantined_until": None},
        {"number": "49302312501", "country": "DE", "area": None, "state": "quarantined", "quarantined_until": past},
    ]
    ready.write(lambda connection: connection.execute(insert(Ddi), stock))
    ids = add(ready, read_range("+493023125[00-02]"))
    assert count(ready) == len(ids) == 3
    assert ready.read(lambda connection: load_ddi(connection, 1))["area"] == "Berlin"
    assert count(ready, History, History.object_table == "ddis", History.action == "changed") == 2
    with UnitOfWork(ready, ANN) as unit:
        unit.add(PendingDdi(customer_id=2, order_number="ORD-1", kind="new", country="DE", numbers=["49302312510"]))
        unit.session.flush()
        unit.add(PendingDdiNumber(customer_id=2, order_id=1, number="49302312510", state="submitted"))
        unit.add(Ddi(number="49302312511", country="DE", state="reserved"))
        unit.commit()
    with pytest.raises(NumbersTaken, match=r"on Other's order ORD-1; .*in stock, reserved"):
        add(ready, read_range("+493023125[10-12]"))


def test_the_pattern_check_is_off_with_a_reason_alone(ready: Database) -> None:
    strange = read_range("+44 1234 567")
    with pytest.raises(DomainError, match="numbering plan"):
        add(ready, strange)
    ids = add(ready, strange, pattern_reason="a test range of the carrier")
    assert (
        ready.read(lambda connection: load_ddi(connection, ids[0]))["pattern_reason"] == "a test range of the carrier"
    )


def routed(database: Database, routes: list[tuple[TargetType, int]]) -> list[Any]:
    """Fresh numbers of customer 3 that lead to these targets, as rows."""
    start = count(database)
    numbers = [str(49302400000 + start + at) for at in range(len(routes))]
    rows = [
        {
            "number": number,
            "country": "DE",
            "state": "active",
            "customer_id": 3,
            "route_type": kind,
            "target_id": target,
            "target": f"t{target}",
            "user_id": target if kind == TargetType.USER else None,
        }
        for number, (kind, target) in zip(numbers, routes, strict=True)
    ]
    database.write(lambda connection: connection.execute(insert(Ddi), rows))
    return read_routes(database, numbers)


def read_routes(database: Database, numbers: list[str]) -> list[Any]:
    columns = (Ddi.id, Ddi.version, Ddi.number, Ddi.route_type, Ddi.target_id, Ddi.target, Ddi.user_id)
    return database.read(
        lambda c: list(c.execute(select(*columns).where(Ddi.number.in_(numbers)).order_by(Ddi.number)))
    )


ROUTES = st.lists(
    st.tuples(st.sampled_from([TargetType.USER, TargetType.VOICEMAIL]), st.sampled_from([9, 10, 11, 12])),
    min_size=2,
    max_size=5,
)


@given(ROUTES, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_swaps_keep_routing(
    ready: Database, routes: list[tuple[TargetType, int]], swaps: list[tuple[int, int]]
) -> None:
    rows = routed(ready, routes)
    numbers, expected = [row.number for row in rows], [row[3:] for row in rows]
    for first, second in swaps:
        now = read_routes(ready, numbers)
        one, other = now[first % len(now)], now[second % len(now)]
        if one.id == other.id:
            continue
        pair = (one.id, one.version, other.id, other.version)
        commit_once(
            ready,
            ANN,
            new_key(),
            partial(swap_routes, ddi_id=pair[0], version=pair[1], other_id=pair[2], other_version=pair[3]),
        )
        at, to = first % len(now), second % len(now)
        expected[at], expected[to] = expected[to], expected[at]
    assert [row[3:] for row in read_routes(ready, numbers)] == expected


def test_a_swap_that_leaves_a_number_without_route_is_refused_and_both_have_history(ready: Database) -> None:
    one, two = routed(ready, [(TargetType.USER, 9), (TargetType.VOICEMAIL, 10)])
    bare = add(ready, read_range("+49302500000"), owner=3)[0]

    def swap(first: int, other: int, version: int = 1) -> str:
        return commit_once(ready, ANN, new_key(), lambda unit: swap_routes(unit, first, version, other, 1))

    with pytest.raises(DomainError, match="has no route") as caught:
        swap(one.id, bare)
    assert caught.value.field == "other_id"
    with pytest.raises(DomainError, match="same number"):
        swap(one.id, one.id)
    with pytest.raises(DomainError, match="changed since you opened it"):
        swap(one.id, two.id, version=7)
    assert "Swapped" in swap(one.id, two.id)
    for row in (one, two):
        where = (History.object_table == "ddis", History.object_id == row.id, History.action == "changed")
        assert count(ready, History, *where) == 1
    foreign = add(ready, read_range("+49302500001"), owner=1)[0]
    with pytest.raises(DomainError, match="same customer"):
        commit_once(ready, ANN, new_key(), lambda unit: swap_routes(unit, one.id, 2, foreign, 1))
    found = ready.read(lambda connection: swappable(connection, 3, one.id, "t9"))
    assert [row["number"] for row in found] == [two.number]


def test_an_edit_changes_route_and_price_and_refuses_foreign_targets(ready: Database) -> None:
    ddi = add(ready, read_range("+49302312500"), price_id=1)[0]
    seen = ready.read(lambda connection: load_ddi(connection, ddi))

    def edit(**changed: Any) -> int:
        values = {**seen, "target_id": None, "target": None, **changed}
        return commit_once(ready, ANN, new_key(), lambda unit: edit_ddi(unit, ddi, values, seen))

    with pytest.raises(DomainError, match="has no such user") as caught:
        edit(route_type=TargetType.USER, target_id=5)  # of customer 2
    assert caught.value.field == "target_user"
    edit(route_type=TargetType.USER, target_id=1, price_list_entry_id=2)
    row = ready.read(lambda connection: load_ddi(connection, ddi))
    assert (row["target"], row["user_id"], row["monthly_fee"], row["version"]) == ("20 u10", 1, 5, 2)
    with pytest.raises(ConcurrentChange):
        edit(area="Berlin")


def test_a_number_rests_before_it_returns(ready: Database) -> None:
    ddi = add(ready, read_range("+49302312500"), price_id=1)[0]

    def change(wanted: DdiState, version: int) -> str:
        return commit_once(ready, ANN, new_key(), lambda unit: change_state(unit, ddi, version, wanted, 30))

    with pytest.raises(DomainError, match="active can't become reserved"):
        change(DdiState.RESERVED, 1)
    change(DdiState.QUARANTINED, 1)
    row = ready.read(lambda connection: load_ddi(connection, ddi))
    assert row["customer_id"] is None
    assert row["route_type"] == TargetType.NONE
    assert timedelta(days=29) < row["quarantined_until"] - datetime.now(UTC) <= timedelta(days=30)
    with pytest.raises(NumbersTaken, match="quarantined until"):
        add(ready, read_range("+49302312500"), owner=2)
    past = datetime.now(UTC) - timedelta(minutes=1)
    ready.write(lambda connection: connection.execute(update(Ddi).values(quarantined_until=past)))
    assert add(ready, read_range("+49302312500"), owner=2) == [ddi]


def test_of_two_who_add_the_same_range_one_is_told(postgres_database: Database) -> None:
    staff(postgres_database)
    with UnitOfWork(postgres_database, ANN) as unit:
        unit.add(customer(country="DE", currency="EUR"))
        unit.commit()
    start, outcomes = threading.Barrier(4), list[object]()

    def attempt() -> None:
        start.wait()
        try:
            outcomes.append(len(add(postgres_database)))
        except DomainError as error:
            outcomes.append(error.field)

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["100", "numbers", "numbers", "numbers"]
    assert count(postgres_database) == count(postgres_database, History, History.object_table == "ddis") == 100


KILLED = """
import os, signal, sys
from sqlalchemy import event
from partnertui.db.idempotent_writes import commit_once
from partnertui.db.ddis import add_ddis
from partnertui.db.database import open_database
from partnertui.domain.ddis import Addition
from partnertui.domain.number_ranges import read_range
from partnertui.domain.operators import Operator, Role

url, after = sys.argv[1], sys.argv[2]
database, statements = open_database(url), 0

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

def executed(*arguments):
    global statements
    statements += 1
    if str(statements) == after:
        die()

event.listen(database.engine, "after_cursor_execute", executed)
if after == "commit":
    event.listen(database.engine, "commit", die)
who, addition = Operator(1, "ann", "Ann", Role.SUPPORT, None), Addition(read_range("+49302[310000-319999]"), "DE")
print(len(commit_once(database, who, "one", lambda unit: add_ddis(unit, 1, addition))), statements, flush=True)
die()
"""


@pytest.mark.parametrize("after", ["2", "5", "6", "7", "8", "9", "10", "commit", "end"])
def test_all_or_nothing_under_kill_9(ready: Database, after: str) -> None:
    """Killed after a statement, before the commit or after it: all 10,000 numbers and their history, or none."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, ready.url, after], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    found = count(ready)
    assert found == (10_000 if done.stdout else 0)
    assert bool(done.stdout) == (after == "end"), done.stdout
    assert count(ready, History, History.object_table == "ddis") == found
