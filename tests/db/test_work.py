"""Two operators at the same record: history, stale edits, gone rows, notes, what a partner may do."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from tests.db.makers import ANN, BOB, PAT, customer, staff

from partnertui.db.change_history import history_of
from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, DatabaseError, RowDeleted
from partnertui.db.models import CreditCard, Customer, History, Note, Partner
from partnertui.db.notes import add_note, edit_note, notes_of
from partnertui.db.permissions import scope
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.customer_and_user_enums import CustomerStatus
from partnertui.domain.errors import DomainError, NotAllowed


@pytest.fixture
def acme(database: Database) -> int:
    """The ID of a customer of partner 7."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        new = customer(partner_id=7)
        work.add(new)
        work.commit()
        return new.id


def history(database: Database, table: str, key: int) -> list[tuple[str, str, dict[str, list[object]]]]:
    rows = database.read(lambda c: history_of(c, table, key, ANN, limit=50))
    return [(row["operator_name"], row["action"], row["changes"]) for row in rows]


def test_history_has_who_and_old_and_new(database: Database, acme: int) -> None:
    with UnitOfWork(database, BOB) as work:
        found = work.get(Customer, acme, version=1)
        found.company = "Acme Ltd"
        found.status = CustomerStatus.ACTIVE
        work.commit()
    (changed, created) = history(database, "customers", acme)
    assert changed == ("Bob", "changed", {"company": ["Acme", "Acme Ltd"], "status": ["trial", "active"]})
    assert created[:2] == ("Ann", "created")
    assert created[2]["company"] == [None, "Acme"]


def test_nothing_is_kept_of_work_that_was_not_committed(database: Database, acme: int) -> None:
    with UnitOfWork(database, BOB) as work:
        work.get(Customer, acme).company = "Other"
        work.session.flush()
    assert len(history(database, "customers", acme)) == 1
    assert database.read(lambda c: c.execute(select(Customer.company)).scalar()) == "Acme"


def test_an_edit_of_an_older_version_shows_both(database: Database, acme: int) -> None:
    with UnitOfWork(database, BOB) as work:
        work.get(Customer, acme, version=1).company = "Bob's"
        work.commit()
    with UnitOfWork(database, ANN) as work, pytest.raises(ConcurrentChange, match="changed by Bob") as caught:
        work.get(Customer, acme, version=1)
    stale = caught.value
    assert (stale.mine_version, stale.current["company"], stale.current["version"]) == (1, "Bob's", 2)
    assert stale.changed_by == "Bob"
    assert stale.changed_at is not None


def test_two_saves_at_the_same_moment_let_one_through(postgres_database: Database) -> None:
    staff(postgres_database)
    with UnitOfWork(postgres_database, ANN) as work:
        work.add(customer(id=5))
        work.commit()
    with UnitOfWork(postgres_database, ANN) as hers:
        mine = hers.get(Customer, 5)
        with UnitOfWork(postgres_database, BOB) as his:
            his.get(Customer, 5).company = "Bob's"
            his.commit()
        mine.company = "Ann's"
        with pytest.raises(ConcurrentChange, match="changed by Bob") as caught:
            hers.commit()
    assert caught.value.current["company"] == "Bob's"


@pytest.mark.owner
def test_a_deleted_row_is_gone_and_says_by_whom(database: Database, acme: int) -> None:
    with UnitOfWork(database, BOB) as work:
        work.delete(work.get(Customer, acme))
        work.commit()
    with UnitOfWork(database, ANN) as work, pytest.raises(RowDeleted, match="deleted by Bob"):
        work.get(Customer, acme, version=1)
    assert history(database, "customers", acme)[0][:2] == ("Bob", "deleted")


def test_secrets_are_masked_in_history(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        card = CreditCard(
            customer_id=acme,
            holder="A",
            brand="visa",
            last_four="1111",
            expiry_year=2030,
            expiry_month=1,
            number_ciphertext=b"cipher",
        )
        work.add(card)
        work.commit()
        card.number_ciphertext = None
        work.session.flush()
    stored = database.read(lambda c: c.execute(select(History.changes, History.partner_id)).all())
    assert "cipher" not in str([row[0].get("number_ciphertext") for row in stored])
    assert stored[-1][1] == 7  # the card took its customer's partner


def test_an_error_of_the_database_is_a_sentence(database: Database, acme: int) -> None:
    with UnitOfWork(database, BOB) as work:
        work.add(Partner(id=9, name="Seven"))
        with pytest.raises(DatabaseError, match="refused"):
            work.commit()


def test_notes_are_edited_by_their_author_alone(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        note = add_note(work, "customers", acme, "  calls back on Monday ")
        work.commit()
    with UnitOfWork(database, BOB) as work, pytest.raises(NotAllowed, match="Only Ann"):
        edit_note(work, note.id, "mine now")
    with UnitOfWork(database, ANN) as work:
        edit_note(work, note.id, "calls back on Tuesday", version=1)
        work.commit()
    (row,) = database.read(lambda c: notes_of(c, "customers", acme, ANN))
    assert (row["body"], row["author_name"]) == ("calls back on Tuesday", "Ann")
    assert row["edited_at"] is not None
    changes = history(database, "notes", note.id)[0][2]
    assert changes["body"] == ["calls back on Monday", "calls back on Tuesday"]


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 20_001], ids=["empty", "blank", "long"])
def test_a_note_says_why_it_cannot_be(database: Database, acme: int, body: str) -> None:
    with UnitOfWork(database, ANN) as work, pytest.raises(DomainError) as caught:
        add_note(work, "customers", acme, body)
    assert caught.value.field == "body"


def test_a_note_on_nothing_is_refused(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work, pytest.raises(RowDeleted):
        add_note(work, "customers", 999, "x")
    assert database.read(lambda c: c.execute(select(Note)).all()) == []


def test_a_partner_sees_and_changes_the_partners_own_alone(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        other = customer(company="Other", partner_id=8)
        work.add(other)
        work.commit()
    with UnitOfWork(database, PAT) as work:
        work.get(Customer, acme).company = "Acme by Pat"
        work.commit()
        with pytest.raises(RowDeleted):
            work.get(Customer, other.id)
        with pytest.raises(NotAllowed):
            work.add(customer(partner_id=8))
    listed = database.read(lambda c: c.execute(scope(select(Customer.id, Customer.partner_id), PAT)).all())
    assert [row.id for row in listed] == [acme]


def test_support_cannot_change_operators(database: Database, acme: int) -> None:
    with UnitOfWork(database, ANN) as work:
        work.get(Partner, 7).name = "Mine"
        with pytest.raises(NotAllowed, match="admin"):
            work.commit()
