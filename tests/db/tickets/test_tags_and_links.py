"""Tags and links of tickets, with events, and undone."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import insert
from tests.db.makers import ANN, NOW, PAT
from tests.db.tickets.desk import add_ticket, desk, rows_of, ticket_of, unit
from tests.db.tickets.test_merge import events, undo_of

from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange
from partnertui.db.models import TicketLink, TicketTag
from partnertui.db.tickets.linkable_rows import linkable, tickets_like
from partnertui.db.tickets.links import add_link, links_of, remove_link
from partnertui.db.tickets.states import assign, set_priority
from partnertui.db.tickets.tags import change_tags, known_tags
from partnertui.domain.errors import DomainError
from partnertui.domain.ticket_enums import Priority
from partnertui.domain.ticket_tags import read_tags


@pytest.fixture
def desk_database(database: Database) -> Database:
    desk(database)
    return database


def tags(database: Database, ticket: int) -> list[str]:
    return sorted(row.tag for row in rows_of(database, TicketTag, ticket))


def change(database: Database, ticket: int, add: list[str], remove: list[str], version: int = 1) -> None:
    with unit(database) as work:
        change_tags(work, ticket, add, remove, version=version)
        work.commit()


def test_tags_are_changed_and_undone(desk_database: Database) -> None:
    ticket = add_ticket(desk_database, "Fax", "x")
    change(desk_database, ticket, ["voip", "fax"], [])
    assert tags(desk_database, ticket) == ["fax", "voip"]
    change(desk_database, ticket, ["codec", "fax"], ["voip", "none"], version=2)
    assert tags(desk_database, ticket) == ["codec", "fax"]
    assert events(desk_database, ticket) == ["tags: +fax +voip", "tags: +codec -voip"]
    undo_of(desk_database, ticket)
    assert tags(desk_database, ticket) == ["fax", "voip"]
    with pytest.raises(ConcurrentChange):
        change(desk_database, ticket, ["x"], [], version=2)
    assert desk_database.read(lambda c: known_tags(c, ANN)) == [("fax", 1), ("voip", 1)]
    assert desk_database.read(lambda c: known_tags(c, PAT)) == []


def test_no_undo_over_a_newer_change(desk_database: Database) -> None:
    ticket = add_ticket(desk_database, "Fax", "x")
    change(desk_database, ticket, ["voip"], [])
    desk_database.write(lambda c: c.execute(insert(TicketTag).values(ticket_id=ticket, tag="other")))
    with pytest.raises(DomainError, match="Tags have been changed since"):
        undo_of(desk_database, ticket)
    assert tags(desk_database, ticket) == ["other", "voip"]


def test_words_become_tags() -> None:
    assert read_tags(" #VoIP, fax;fax  one-way") == ["voip", "fax", "one-way"]
    assert read_tags(" , ") == []
    for wrong in ("a" * 41, "a'b", "\x1b[31m"):
        with pytest.raises(DomainError):
            read_tags(wrong)


def test_one_undo_takes_back_a_priority(desk_database: Database) -> None:
    ticket = add_ticket(desk_database, "Fax", "x")
    with unit(desk_database) as work, work.session.no_autoflush:
        set_priority(work, ticket, Priority.URGENT, version=1)
        assign(work, ticket, 2, "Bob", version=1)
        work.commit()
    undo_of(desk_database, ticket)
    row = ticket_of(desk_database, ticket)
    assert (row.priority, row.priority_rank, row.agent_id) == ("normal", 2, None)
    assert events(desk_database, ticket)[-1] == "undone: priority, assignment"


def test_links_go_both_ways_between_tickets(desk_database: Database) -> None:
    first, second = (add_ticket(desk_database, name, "x", at=NOW) for name in ("One", "Two"))
    with unit(desk_database) as work:
        add_link(work, first, "tickets", second, "T-10002", version=1)
        work.commit()
    with unit(desk_database) as work:
        add_link(work, first, "payments", 7, "P-7", version=2)
        work.commit()
    links = desk_database.read(lambda connection: links_of(connection, first))
    assert [(link["object_table"], link["object_id"], link["value"]) for link in links] == [
        ("tickets", second, "T-10002"),
        ("payments", 7, "P-7"),
    ]
    assert [row.value for row in rows_of(desk_database, TicketLink, second)] == ["T-10001"]
    with unit(desk_database) as work, pytest.raises(DomainError, match="already linked"):
        add_link(work, first, "payments", 7, "P-7", version=3)
    for table, number, words in (("tickets", first, "itself"), ("operators", 1, "can't be linked")):
        with unit(desk_database) as work, pytest.raises(DomainError, match=words):
            add_link(work, first, table, number, "x", version=3)
    with unit(desk_database) as work:
        remove_link(work, first, "tickets", "T-10002", version=3)
        work.commit()
    assert rows_of(desk_database, TicketLink, second) == []


def test_what_is_offered_is_the_customers(desk_database: Database) -> None:
    ticket, other = (add_ticket(desk_database, name, "fax") for name in ("a", "b"))
    foreign = add_ticket(desk_database, "c", "fax", customer_id=2, partner_id=7)
    offered = desk_database.read(lambda c: list(linkable(c, {"id": ticket, "customer_id": 1})))
    assert [(one.table, one.id) for one in offered] == [("tickets", other)]
    assert desk_database.read(lambda c: list(linkable(c, {"id": ticket, "customer_id": None}))) == []
    for operator, ids in ((ANN, {ticket, other, foreign}), (PAT, {foreign})):
        found = desk_database.read(partial(tickets_like, typed="fa", operator=operator))
        assert {one.id for one in found} == ids
