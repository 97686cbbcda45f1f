"""What belongs to others tells a partner nothing: legs, notes, history, names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import update
from tests.db.makers import ANN, BOB, PAT, customer, staff

from partnertui import screens
from partnertui.db.change_history import history_of
from partnertui.db.customer_lookup import customer_name
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.models import Cdr, Customer, History, Note, User, load_all
from partnertui.db.models.base import Base, now
from partnertui.db.notes import add_note, notes_of
from partnertui.db.partner_visible_calls import foreign_call_ids, may_know_user
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.rows.select_source import TABLE
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.operators import Role
from partnertui.kit.declare.partner_row_filter import own_joins, own_rows
from partnertui.screens.users.page import PAGE as USERS


def cdr(**fields: Any) -> Cdr:
    start = {"started_at": now(), "category": "dialled", "direction": "outbound", "disposition": "answered"}
    return Cdr(**(start | fields))


@pytest.fixture
def two(database: Database) -> Database:
    """Customer 1 of partner 7 (Pat's), customer 2 of partner 8, a call each and one Call-ID that both used."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        work.add(customer(id=1, partner_id=7, company="Own Ltd"))
        work.add(customer(id=2, partner_id=8, company="Foreign Ltd"))
        work.session.flush()
        for id, owner, first, second in ((1, 7, "own-a", "own-b"), (2, 8, "foreign", None), (3, 7, "both", None)):
            work.add(cdr(id=id, partner_id=owner, customer_id=owner - 6, call_id_a=first, call_id_b=second))
        work.add(cdr(id=4, partner_id=8, customer_id=2, call_id_a="both"))
        for id, name in ((1, "own"), (2, "foreign")):
            work.add(User(id=id, customer_id=id, name=name, email=f"{name}@example.net", sip_username=name, **USER))
        work.commit()
    return database


USER: dict[str, Any] = {"sip_domain": "sip.example.net"}


def foreign(database: Database, asked: set[str], named: set[str], who: Any = PAT) -> set[str]:
    return database.read(lambda connection: foreign_call_ids(connection, who, asked, named))


def test_a_leg_is_followed_only_to_a_call_of_ones_own(two: Database) -> None:
    assert foreign(two, {"own-a"}, {"own-a", "own-b"}) == set()
    assert foreign(two, {"own-a"}, {"own-a", "foreign", "nobody"}) == {"foreign", "nobody"}
    assert foreign(two, {"live"}, {"live"}) == set()


def test_a_call_id_that_a_stranger_used_is_not_ones_own(two: Database) -> None:
    assert foreign(two, {"both"}, {"both"}) == {"both"}
    assert foreign(two, {"foreign"}, {"foreign"}) == {"foreign"}


def test_staff_see_every_leg(two: Database) -> None:
    assert foreign(two, {"own-a"}, {"own-a", "foreign", "nobody"}, ANN) == set()


def test_where_a_stranger_is_registered_is_not_told(two: Database) -> None:
    def known(who: Any, name: str) -> bool:
        return two.read(lambda connection: may_know_user(connection, who, name))

    assert [known(PAT, name) for name in ("own", "foreign", "nobody")] == [True, False, False]
    assert known(ANN, "foreign")


def test_a_foreign_customer_has_no_name(two: Database) -> None:
    assert two.read(lambda c: customer_name(c, 2, PAT)) is None
    assert two.read(lambda c: customer_name(c, 2, ANN)) == "Foreign Ltd"


def test_of_a_record_that_moved_a_partner_sees_what_is_theirs(two: Database) -> None:
    with UnitOfWork(two, ANN) as work:
        add_note(work, "customers", 2, "said to partner 8")
        work.get(Customer, 2).company = "Renamed for partner 8"
        work.commit()
    two.write(lambda c: c.execute(update(Customer).where(Customer.id == 2).values(partner_id=7)))
    with UnitOfWork(two, BOB) as work:
        add_note(work, "customers", 2, "said to partner 7")
        work.commit()
    seen = two.read(lambda c: (notes_of(c, "customers", 2, PAT), history_of(c, "customers", 2, PAT, limit=50)))
    assert [note["body"] for note in seen[0]] == ["said to partner 7"]
    assert seen[1] == []
    assert len(two.read(lambda c: notes_of(c, "customers", 2, ANN))) == 2


@pytest.mark.owner
def test_who_deleted_a_strangers_record_is_not_told(two: Database) -> None:
    with UnitOfWork(two, BOB) as work:
        work.session.add(customer(id=3, partner_id=8))
        work.commit()
    with UnitOfWork(two, BOB) as work:
        work.delete(work.get(Customer, 3))
        work.commit()
    with UnitOfWork(two, PAT) as work, pytest.raises(RowDeleted) as caught:
        work.get(Customer, 3)
    assert "Bob" not in str(caught.value)
    with UnitOfWork(two, ANN) as work, pytest.raises(RowDeleted, match="deleted by Bob"):
        work.get(Customer, 3)


def test_notes_and_history_name_their_partner(two: Database) -> None:
    with UnitOfWork(two, PAT) as work:
        add_note(work, "customers", 1, "mine")
        work.get(Customer, 1).street = "Elm Street"
        work.commit()
    owners = two.read(lambda c: (c.execute(Note.__table__.select()).all(), c.execute(History.__table__.select()).all()))
    assert {row.partner_id for row in owners[0]} == {7}
    assert 7 in {row.partner_id for row in owners[1] if row.object_id == 1}


def test_a_row_that_points_to_a_strangers_has_no_name_for_it(two: Database) -> None:
    two.write(lambda c: c.execute(update(User).where(User.id == 2).values(partner_id=7)))

    def names(who: Any) -> dict[int, str | None]:
        listing = Listing(own_joins(USERS, who), Sort("id"), own_rows(USERS, who))
        rows = two.read(lambda c: TABLE.fetch_page(c, listing)).rows
        return {row["id"]: row["customer"] for row in rows}

    assert names(PAT) == {1: "Own Ltd", 2: None}
    assert names(ANN) == {1: "Own Ltd", 2: "Foreign Ltd"}


def test_every_join_of_every_list_is_narrowed_for_a_partner() -> None:
    load_all()
    owned = {name for name, table in Base.metadata.tables.items() if "partner_id" in table.c and name != "operators"}
    joined = re.compile(
        r"(LEFT OUTER )?JOIN (\w+)(?: AS \w+)? ON (.*?)(?=\s+LEFT OUTER JOIN |\s+JOIN |\s+WHERE|\s*\Z)", re.DOTALL
    )
    catalog, checked = screens.find(), 0
    for name in catalog.visible(Role.PARTNER).keys() - {"sip-locations"}:  # the user's customer decides whose one is
        page = catalog.page(name)
        if page.owner:
            for outer, table, condition in joined.findall(str(own_joins(page, PAT)().compile())):
                assert table not in owned or (outer and "partner_id = " in condition), (name, table, condition)
                checked += table in owned
    assert checked > 20
