"""History can't be changed, removed, cut off or added to unseen; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from tests.db.makers import ANN, NOW, customer, staff

from partnertui.db.audit_verification import heads, verify
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.models import Customer
from partnertui.db.unit_of_work import UnitOfWork

TRIGGERS = ("history_never_changes", "history_never_goes", "audit_links_never_change", "audit_links_never_go")


@pytest.fixture
def books(database: Database) -> Database:
    """Two customers with four entries each, in four batches."""
    staff(database)
    for id, name in ((1, "Anvil Ltd"), (2, "Bolt Ltd")):
        with UnitOfWork(database, ANN) as work:
            work.add(customer(id=id, partner_id=7, company=name))
            work.commit()
    for number in range(3):
        for id in (1, 2):
            with UnitOfWork(database, ANN) as work:
                work.get(Customer, id).city = f"Town {number}"
                work.commit()
    return database


def tamper(database: Database, *statements: str) -> None:
    """As the owner of the tables can: the walls are taken down first."""

    def work(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            for name in TRIGGERS:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        else:
            for table in ("history", "audit_links"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            connection.exec_driver_sql(statement)

    with database.engine.begin() as connection:
        work(connection.execution_options(write=True))


def problems(database: Database) -> list[tuple[str, str]]:
    return [(one.owner, one.text) for one in database.read(verify).problems]


def test_what_was_not_touched_verifies(books: Database) -> None:
    result = books.read(verify)
    assert (result.entries, result.problems) == (8, [])
    assert {owner: (head.sequence, head.entries) for owner, head in books.read(heads).items()} == {1: (4, 4), 2: (4, 4)}


def test_the_last_three_rows_of_a_customer_are_missed(books: Database) -> None:
    """Case D4a."""
    tamper(
        books, "DELETE FROM history WHERE id IN (SELECT id FROM history WHERE customer_id = 2 ORDER BY id DESC LIMIT 3)"
    )
    found = problems(books)
    assert {owner for owner, _ in found} == {"Bolt Ltd"}
    assert len(found) == 3


LAST = "SELECT id FROM history WHERE customer_id = 2 ORDER BY id DESC LIMIT 1"


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ('UPDATE history SET changes = \'{"city": [null, "Ayr"]}\' WHERE id = (LAST)', "were altered"),
        ("UPDATE history SET operator_name = 'Bob' WHERE id = (LAST)", "were altered"),
        ("UPDATE history SET object_id = 1 WHERE id = (LAST)", "were altered"),
        ("UPDATE history SET customer_id = 1 WHERE id = (LAST)", "removed"),
        ("DELETE FROM audit_links WHERE owner_id = 2 AND sequence = 2", "link 2 of the chain is missing"),
        ("DELETE FROM audit_links WHERE owner_id = 2 AND sequence = 4", "1 link is missing from the end of the chain"),
        ("DELETE FROM audit_heads WHERE owner_id = 2", "the end of the chain isn't stored"),
        ("UPDATE audit_links SET entries = 2 WHERE owner_id = 2 AND sequence = 3", "link 3 of the chain was altered"),
    ],
)
def test_every_change_shows(books: Database, statement: str, words: str) -> None:
    tamper(books, statement.replace("LAST", LAST))
    assert any(words in text for _, text in problems(books)), problems(books)


def test_an_entry_slipped_in_shows(books: Database) -> None:
    columns = "at, operator_name, object_table, object_id, action, changes, customer_id"
    tamper(
        books,
        f"INSERT INTO history (batch, salt, {columns}) SELECT 77, salt, {columns} FROM history WHERE id = ({LAST})",
    )
    assert problems(books) == [("Bolt Ltd", "1 entry was added without a link (batch 77)")]


def test_a_chain_cut_with_its_head_shows_by_the_saved_heads(books: Database) -> None:
    saved = books.read(heads)
    tamper(
        books,
        f"DELETE FROM history WHERE id = ({LAST})",
        "DELETE FROM audit_links WHERE owner_id = 2 AND sequence = 4",
        "UPDATE audit_heads SET sequence = 3, entries = 3, chain ="
        " (SELECT chain FROM audit_links WHERE owner_id = 2 AND sequence = 3) WHERE owner_id = 2",
    )
    assert problems(books) == []
    found = books.read(lambda connection: verify(connection, saved)).problems
    assert [(one.owner, "saved head" in one.text) for one in found] == [("Bolt Ltd", True)]


def test_chains_that_go_on_keep_the_saved_heads(books: Database) -> None:
    saved = books.read(heads)
    with UnitOfWork(books, ANN) as work:
        work.get(Customer, 2).city = "Ayr"
        work.commit()
    assert books.read(lambda connection: verify(connection, saved)).problems == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET operator_name = 'Bob'",
        "UPDATE history SET changes = '{}'",
        "DELETE FROM history",
        "DELETE FROM audit_links",
        "UPDATE audit_links SET entries = 9",
    ],
)
def test_history_is_append_only(books: Database, statement: str) -> None:
    with pytest.raises(DatabaseError):
        books.write(lambda connection: connection.exec_driver_sql(statement))
    assert problems(books) == []


def test_erased_changes_keep_the_chain(books: Database) -> None:
    """Both are gone, and their hash stays; the entry that says who erased them has to be there."""
    rows = books.read(lambda c: c.execute(text("SELECT id, salt, changes FROM history WHERE customer_id = 2")).all())
    from hashlib import sha256

    def erase(connection: Connection) -> None:
        for row in rows:
            digest = sha256(bytes(row.salt) + row.changes.encode()).digest()
            statement = text("UPDATE history SET changes = '{}', salt = NULL, changes_hash = :hash WHERE id = :id")
            connection.execute(statement, {"hash": digest, "id": row.id})

    books.write(erase)
    assert problems(books) == [("Bolt Ltd", "4 entries were erased without an erasure entry")]
    assert books.read(verify).erased == 4


def test_two_operators_at_once_make_one_chain(books: Database) -> None:
    gate = threading.Barrier(4)

    def change(number: int) -> None:
        gate.wait()
        for turn in range(5):
            with UnitOfWork(books, ANN) as work:
                work.add(customer(id=100 + number * 10 + turn, partner_id=7, company=f"C{number}-{turn}"))
                work.session.flush()
                work.commit()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(4)]
    run_all(threads)
    result = books.read(verify)
    assert (result.entries, result.problems) == (28, [])


def run_all(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_what_was_rolled_back_is_in_no_chain(books: Database) -> None:
    before = books.read(heads)
    with UnitOfWork(books, ANN) as work:
        work.get(Customer, 1).city = "Nowhere"
        work.session.flush()
    assert books.read(heads) == before
    assert problems(books) == []


def write_plainly(connection: Connection) -> None:
    """As another program of ours does: without a unit of work."""
    columns = "at, operator_name, object_table, object_id, action, changes"
    at = "NOW()" if connection.dialect.name == "postgresql" else str(int(NOW.timestamp() * 1_000_000))
    connection.exec_driver_sql(f"INSERT INTO history ({columns}) VALUES ({at}, 'sync', 'cdrs', 1, 'created', '{{}}')")


@pytest.mark.parametrize("write", [write_plainly])
def test_what_belongs_to_no_customer_has_a_chain(books: Database, write: Callable[[Connection], None]) -> None:
    books.write(write)
    assert books.read(heads)[0].entries == 1
    assert problems(books) == []
