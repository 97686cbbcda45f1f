"""Sounds: what was added is kept, lists read no audio, walls, removal while in use, and tokens that work once."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select
from tests.db.makers import ANN, PAT, customer, staff

from partnertui.db.database import Database
from partnertui.db.errors import ConcurrentChange, RowDeleted
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import (
    CommittedWrite,
    Ddi,
    History,
    Ivr,
    IvrEntry,
    PendingDdi,
    PendingDdiNumber,
    RoutingRule,
    SoundCopy,
)
from partnertui.db.portal_login_links import hash_token, new_token
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.rows.select_source import TABLE
from partnertui.db.sound_download_tokens import offer_copy, take_copy
from partnertui.db.sounds import Audio, add_sound, edit_sound, load_audio, load_sound, remove_sound, uses_of
from partnertui.db.undo import last_changes
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator
from partnertui.domain.pbx_enums import SoundUse, TargetType
from partnertui.domain.sounds import Adjusted, Measurement
from partnertui.kit.declare.partner_row_filter import own_joins
from partnertui.screens.sounds.page import PAGE

BEFORE = Measurement(5000, -3100, -1200, bytes(200))
AFTER = Measurement(5010, -2300, -400, bytes([9] * 200))
PLAIN = Audio(b"as added", BEFORE)
LOUDER = Audio(b"as added", BEFORE, Adjusted(b"adjusted", AFTER))


@pytest.fixture
def ready(database: Database) -> Database:
    """Customer 1 of partner 7 (Pat's) and customer 2 of partner 8."""
    staff(database)
    with UnitOfWork(database, ANN) as unit:
        for name, partner in (("Acme", 7), ("Other", 8)):
            unit.add(customer(company=name, partner_id=partner))
        unit.commit()
    return database


def add(database: Database, audio: Audio = LOUDER, owner: int = 1, who: Operator = ANN) -> int:
    return commit_once(database, who, new_key(), lambda unit: add_sound(unit, owner, "Welcome", SoundUse.IVR, audio))


def loaded(database: Database, key: int) -> Any:
    return database.read(lambda connection: load_sound(connection, key))


def edit(database: Database, key: int, audio: Audio | None = None, seen: Any = None, **values: Any) -> None:
    seen = seen or loaded(database, key)
    commit_once(database, ANN, new_key(), lambda unit: edit_sound(unit, key, {**seen, **values}, seen, audio))


def test_what_was_added_is_kept_and_can_be_restored(ready: Database) -> None:
    key = add(ready)
    row = loaded(ready, key)
    assert (row["level"], row["original_level"], row["true_peak"], row["adjusted"]) == (-2300, -3100, -400, True)
    assert row["size"] == len(b"adjusted")
    audio = ready.read(lambda connection: load_audio(connection, ANN, key))
    assert (audio.content, audio.original) == (b"adjusted", b"as added")
    edit(ready, key, PLAIN)
    row = loaded(ready, key)
    assert (row["level"], row["original_level"], row["adjusted"], row["size"]) == (-3100, None, False, 8)
    audio = ready.read(lambda connection: load_audio(connection, ANN, key))
    assert (audio.content, audio.original) == (b"as added", None)


def test_name_and_use_alone_leave_the_audio(ready: Database) -> None:
    key = add(ready)
    edit(ready, key, name="Hello", use=SoundUse.QUEUE)
    row = loaded(ready, key)
    assert (row["name"], row["use"], row["level"]) == ("Hello", SoundUse.QUEUE, -2300)
    old = row | {"version": 1}
    with pytest.raises(ConcurrentChange):
        edit(ready, key, seen=old, name="Late")
    created = select(History.changes).where(History.object_table == "sounds", History.action == "created")
    changes = ready.read(lambda connection: connection.execute(created).scalar_one())
    assert changes["content"] == [None, "8 bytes"]


def test_lists_read_no_audio(ready: Database) -> None:
    add(ready)
    statements: list[str] = []
    event.listen(ready.engine, "before_cursor_execute", lambda c, cursor, text, *more: statements.append(text))
    listing = Listing(own_joins(PAGE, ANN), Sort("name"), ())
    rows = ready.read(lambda connection: TABLE.fetch_page(connection, listing)).rows
    assert [row["name"] for row in rows] == ["Welcome"]
    assert statements
    assert not any(name in text for text in statements for name in ("content", "waveform"))


def test_a_partner_reaches_own_sounds_alone(ready: Database) -> None:
    own, foreign = add(ready, owner=1, who=PAT), add(ready, owner=2)
    assert ready.read(lambda connection: load_audio(connection, PAT, own)).content == b"adjusted"
    errors = []
    for work in (
        lambda unit: add_sound(unit, 2, "x", SoundUse.IVR, PLAIN),
        lambda unit: add_sound(unit, 99, "x", SoundUse.IVR, PLAIN),
        lambda unit: remove_sound(unit, foreign, 1),
        lambda unit: remove_sound(unit, 99, 1),
        lambda unit: offer_copy(unit, foreign, b"x"),
        lambda unit: offer_copy(unit, 99, b"x"),
        lambda unit: edit_sound(unit, foreign, {}, {"version": 1}, PLAIN),
    ):
        with pytest.raises(RowDeleted) as refused:
            commit_once(ready, PAT, new_key(), work)
        errors.append(str(refused.value))
    for key in (foreign, 99):
        with pytest.raises(RowDeleted) as refused:
            ready.read(partial(load_audio, operator=PAT, sound_id=key))
        errors.append(str(refused.value))
    assert set(errors) == {"This was deleted."}


def test_removal_is_refused_while_something_plays_it(ready: Database) -> None:
    key = add(ready)
    target = {"customer_id": 1, "target_id": key}
    with UnitOfWork(ready, ANN) as unit:
        unit.add(Ivr(customer_id=1, name="Main", extension="1", welcome_sound_id=key))
        unit.session.flush()
        unit.add(IvrEntry(ivr_id=1, digit="3", target_type=TargetType.SOUND, target="x", **target))
        unit.add(Ddi(number="4930231", country="DE", state="active", route_type=TargetType.SOUND, **target))
        unit.add(
            PendingDdi(customer_id=1, order_number="O", kind="new", country="DE", numbers=[], quantity=1, state="draft")
        )
        unit.session.flush()
        ordered = {"order_id": 1, "number": "4930999", "state": "draft", "route_type": TargetType.SOUND}
        unit.add(PendingDdiNumber(**ordered, **target))
        unit.commit()
    uses = ready.read(lambda connection: uses_of(connection, 1, key))
    assert len(uses) == 4
    with pytest.raises(DomainError, match="Welcome is in use: ") as refused:
        commit_once(ready, ANN, new_key(), lambda unit: remove_sound(unit, key, 1))
    assert "and 1 more" in str(refused.value)
    assert loaded(ready, key)["name"] == "Welcome"


def test_removal_takes_its_tokens_along(ready: Database) -> None:
    key = add(ready)
    commit_once(ready, ANN, new_key(), lambda unit: offer_copy(unit, key, b"hash"))
    commit_once(ready, ANN, new_key(), lambda unit: remove_sound(unit, key, 1))
    with pytest.raises(RowDeleted):
        loaded(ready, key)


def taken(database: Database, token: str, who: Operator = ANN) -> bytes:
    with UnitOfWork(database, who) as unit:
        return take_copy(unit, token)


def test_a_token_works_once_and_is_recorded(ready: Database) -> None:
    key, token = add(ready), new_token()
    commit_once(ready, ANN, new_key(), lambda unit: offer_copy(unit, key, hash_token(token)))
    stored = ready.read(lambda connection: list(connection.execute(select(SoundCopy.__table__).order_by(SoundCopy.id))))
    writes = ready.read(lambda connection: list(connection.execute(select(CommittedWrite.__table__))))
    assert token not in str(stored) + str(writes)
    assert taken(ready, token) == b"adjusted"
    words = []
    for wrong in (token, "never-was"):
        with pytest.raises(DomainError) as refused:
            taken(ready, wrong)
        words.append(str(refused.value))
    assert words[0] == words[1]
    query = select(History.action, History.operator_name).where(History.object_table == "sounds").order_by(History.id)
    entries = ready.read(lambda connection: [tuple(row) for row in connection.execute(query)])
    assert entries == [("created", "Ann"), ("made a copy command", "Ann"), ("fetched a copy", "Ann")]


def test_a_token_gets_old(ready: Database) -> None:
    key, token = add(ready), new_token()
    commit_once(ready, ANN, new_key(), lambda unit: offer_copy(unit, key, hash_token(token)))
    with UnitOfWork(ready, ANN) as unit:
        copy = unit.session.scalars(select(SoundCopy)).one()
        copy.expires_at -= timedelta(minutes=11)
        unit.commit()
    with pytest.raises(DomainError, match="isn't valid"):
        taken(ready, token)


def test_of_two_that_take_it_at_once_one_gets_it(ready: Database) -> None:
    key = add(ready)
    for _ in range(5):
        token = new_token()
        hashed = hash_token(token)
        commit_once(ready, ANN, new_key(), partial(offer_copy, sound_id=key, token_hash=hashed))
        got: list[bytes] = []
        start = threading.Barrier(4)

        def run(token: str = token, got: list[bytes] = got, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                got.append(taken(ready, token))
            except DomainError:
                got.append(b"")

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == [b"", b"", b"", b"adjusted"]


def test_a_foreign_partner_gets_nothing_for_a_token(ready: Database) -> None:
    key, token = add(ready, owner=2), new_token()
    commit_once(ready, ANN, new_key(), lambda unit: offer_copy(unit, key, hash_token(token)))
    with pytest.raises((RowDeleted, DomainError)):  # row security hides the token itself
        taken(ready, token, PAT)
    assert taken(ready, token) == b"adjusted"  # nothing was committed, so it still works


def test_a_routing_rule_counts_as_use(ready: Database) -> None:
    key = add(ready)
    assert ready.read(lambda connection: uses_of(connection, 1, key)) == []
    with UnitOfWork(ready, ANN) as unit:
        rule = {"name": "Night", "priority": 1, "direction": "inbound", "target": "x"}
        unit.add(RoutingRule(customer_id=1, target_type=TargetType.SOUND, target_id=key, **rule))
        unit.commit()
    assert ready.read(lambda connection: uses_of(connection, 1, key)) == ["rule 1 Night"]


def test_a_copy_is_no_change_to_undo(ready: Database) -> None:
    key, token = add(ready), new_token()
    edit(ready, key, name="Hello")
    commit_once(ready, ANN, new_key(), partial(offer_copy, sound_id=key, token_hash=hash_token(token)))
    taken(ready, token)
    changes = ready.read(lambda connection: last_changes(connection, ANN, "sounds", [key]))
    assert changes[0].changes == {"name": ("Welcome", "Hello")}
    edit(ready, key, PLAIN)
    with pytest.raises(DomainError, match="A file was changed"):
        ready.read(lambda connection: last_changes(connection, ANN, "sounds", [key]))
