"""The text of chats: two transactions, each reading recorded; destroyed when its time is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from tests.db.makers import ANN, BOB, PAT
from tests.db.users.makers import VAULT, company

from partnertui.db.chat_retention import BATCH, expire_chats
from partnertui.db.chat_texts import fetch_text, place_of, read_text, request_reading
from partnertui.db.database import Database
from partnertui.db.errors import RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import Chat, ChatReading, CommittedWrite, History
from partnertui.db.models.base import now
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.rows.select_source import TABLE
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator
from partnertui.screens.chats.queries import chats
from partnertui.vault.errors import VaultError
from partnertui.vault.sealed_values import Vault

CANARY = "my card is 4111 1111 1111 1111"


def chat(key: int, **fields: Any) -> dict[str, Any]:
    owner = {"customer_id": 1, "partner_id": 7, "started_at": now() - timedelta(days=key), "state": "closed"}
    sealed = VAULT.seal(place_of(key), f"{CANARY} {key}".encode())
    return {"id": key, "text_ciphertext": sealed, "messages": 1, "duration": 1} | owner | fields


@pytest.fixture
def office(database: Database) -> Database:
    """Chats 1 and 2 have a text, chat 3 has none; they began one, two and three days ago."""
    company(database)
    rows = [chat(1), chat(2), chat(3, text_ciphertext=None)]
    database.write(lambda connection: connection.execute(insert(Chat), rows))
    return database


def ask(database: Database, key: int = 1, operator: Operator = ANN, reason: str = "a complaint") -> int:
    return commit_once(database, operator, new_key(), lambda unit: request_reading(unit, key, reason))


def changes(database: Database, key: int = 1) -> list[tuple[str, Any]]:
    query = select(History.operator_name, History.changes).where(
        History.object_table == "chats", History.object_id == key
    )
    rows = database.read(lambda connection: connection.execute(query.order_by(History.id)).all())
    return [(row.operator_name, row.changes["text"]) for row in rows]


def test_a_text_is_read_after_its_request_and_both_are_recorded(office: Database) -> None:
    request = ask(office)
    assert changes(office) == [("Ann", ["hidden", "request to read: a complaint"])]
    assert read_text(office, ANN, request, VAULT) == f"{CANARY} 1"
    assert changes(office)[1:] == [("Ann", ["hidden", "read"])]
    kept = office.read(lambda connection: connection.execute(select(ChatReading.__table__)).mappings().one())
    assert (kept["chat_id"], kept["operator_id"], kept["reason"]) == (1, ANN.id, "a complaint")
    assert kept["read_at"] is not None


def test_the_transaction_of_the_request_reads_nothing(office: Database) -> None:
    with UnitOfWork(office, ANN) as unit:
        request = request_reading(unit, 1, "a complaint")
        with pytest.raises(NotAllowed, match="can't be used to read"):
            fetch_text(unit, request, VAULT)
    with pytest.raises(RowDeleted):  # it was never committed
        read_text(office, ANN, request, VAULT)
    assert changes(office) == []


def test_a_request_is_good_for_one_reading_by_who_made_it_soon(office: Database) -> None:
    request = ask(office)
    with pytest.raises(NotAllowed):
        read_text(office, BOB, request, VAULT)
    read_text(office, ANN, request, VAULT)
    with pytest.raises(DomainError, match="was used already, or it has expired"):
        read_text(office, ANN, request, VAULT)
    late = ask(office, 2)
    long_ago = now() - timedelta(minutes=11)
    office.write(lambda c: c.execute(update(ChatReading).where(ChatReading.id == late).values(requested_at=long_ago)))
    with pytest.raises(DomainError, match="was used already, or it has expired"):
        read_text(office, ANN, late, VAULT)
    assert [change[1] for change in changes(office, 2)] == [["hidden", "request to read: a complaint"]]


def test_partners_read_no_chats(office: Database) -> None:
    with pytest.raises(NotAllowed, match="Partners can't read chats"):
        ask(office, operator=PAT)
    with pytest.raises(NotAllowed, match="Partners can't read chats"):
        read_text(office, PAT, ask(office), VAULT)


@pytest.mark.parametrize(
    ("key", "reason", "words"), [(1, "  ", "reason is required"), (3, "a complaint", "No text is stored for this chat")]
)
def test_a_request_needs_a_reason_and_a_text(key: int, reason: str, words: str, office: Database) -> None:
    with pytest.raises(DomainError, match=words):
        ask(office, key, reason=reason)
    assert changes(office, key) == []


def test_a_text_opens_in_its_place_and_with_its_key_alone(office: Database) -> None:
    other = Vault({"00000001": bytes(32)}, "00000001")
    with pytest.raises(VaultError, match="altered or moved"):
        read_text(office, ANN, ask(office), other)
    first = select(Chat.text_ciphertext).where(Chat.id == 1).scalar_subquery()
    office.write(lambda c: c.execute(update(Chat).where(Chat.id == 2).values(text_ciphertext=first)))
    with pytest.raises(VaultError, match="altered or moved"):
        read_text(office, ANN, ask(office, 2), VAULT)
    assert all(change[1] != ["hidden", "read"] for change in changes(office) + changes(office, 2))


def test_no_list_has_the_text_or_its_ciphertext(office: Database) -> None:
    page = office.read(lambda connection: TABLE.fetch_page(connection, Listing(chats, Sort("started_at"))))
    assert [row["has_text"] for row in page.rows] == [False, True, True]
    assert not any(isinstance(value, bytes) for row in page.rows for value in row.values())
    assert "text_ciphertext" not in {column.name for column in chats().selected_columns}


def test_the_text_is_stored_nowhere_in_clear(office: Database) -> None:
    read_text(office, ANN, ask(office), VAULT)
    with office.engine.connect() as connection:
        for model in (CommittedWrite, History, ChatReading):
            assert CANARY not in str(connection.execute(select(model.__table__)).all())


def test_old_texts_are_destroyed_and_the_record_says_when(office: Database) -> None:
    waiting = ask(office, 2)
    assert expire_chats(office, now() - timedelta(days=1, hours=12)) == 1
    query = select(Chat.id, Chat.text_ciphertext, Chat.text_destroyed_at).order_by(Chat.id)
    first, second, third = office.read(lambda connection: connection.execute(query).all())
    assert first.text_ciphertext is not None
    assert first.text_destroyed_at is None
    assert second.text_ciphertext is None
    assert second.text_destroyed_at is not None
    assert third.text_destroyed_at is None  # it never had one
    assert changes(office, 2)[-1] == ("partnertui chats expire", ["hidden", "destroyed"])
    with pytest.raises(DomainError, match="was destroyed on"):
        read_text(office, ANN, waiting, VAULT)
    with pytest.raises(DomainError, match="was destroyed on"):
        ask(office, 2)
    assert expire_chats(office, now() - timedelta(days=1, hours=12)) == 0


def test_more_than_a_batch_is_destroyed(office: Database) -> None:
    rows = [chat(key, started_at=now() - timedelta(days=9)) for key in range(10, 12 + BATCH)]
    office.write(lambda connection: connection.execute(insert(Chat), rows))
    assert expire_chats(office, now() - timedelta(days=5)) == len(rows)


def test_sqlite_keeps_no_byte_of_what_was_destroyed(sqlite_database: Database) -> None:
    company(sqlite_database)
    marks = [f"destroy-{key}".encode() * 40 for key in range(1, 30)]
    rows = [chat(key, text_ciphertext=mark) for key, mark in enumerate(marks, 1)]
    sqlite_database.write(lambda connection: connection.execute(insert(Chat), rows))
    path = sqlite_database.url.removeprefix("sqlite:///")
    files = [Path(path + end) for end in ("", "-wal")]

    def on_disk() -> bytes:
        return b"".join(file.read_bytes() for file in files if file.exists())

    assert marks[5] in on_disk()
    assert expire_chats(sqlite_database, now()) == len(marks)
    left = on_disk()
    assert not any(mark[:20] in left for mark in marks)
    kept = sqlite_database.read(lambda c: c.execute(text("SELECT count(*) FROM chats WHERE text_destroyed_at > 0")))
    assert kept.scalar() == len(marks)
