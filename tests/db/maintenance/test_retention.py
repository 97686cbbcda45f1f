"""Retention deletes what is old enough and nothing else, in batches, whatever fails beside it; on both databases."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, text, update
from tests.db.killed_writes import killed_after
from tests.db.makers import ANN, BOB, customer, staff

from partnertui.db.database import Database, open_database
from partnertui.db.maintenance import aged_row_removal
from partnertui.db.maintenance.aged_row_removal import AgedRows, remove_old
from partnertui.db.maintenance.retention import KindResult, Places, run_retention
from partnertui.db.models import (
    Cdr,
    Chat,
    LoginLink,
    Mail,
    Mailbox,
    ProbeRun,
    RetentionRule,
    Ticket,
    TicketAttachment,
    TicketMessage,
    User,
    WebSession,
    WhoisRecord,
)
from partnertui.db.models.base import Base, now, table_of
from partnertui.db.settings_list_rules import RETENTION
from partnertui.db.settings_list_writes import edit_row, load_row
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.privacy.retention import FACTS, RetentionKind

OLD, NEW = now() - timedelta(days=800), now() - timedelta(days=5)
CALL = {"category": "dialled", "direction": "outbound", "disposition": "answered"}


@pytest.fixture
def places(database: Database, tmp_path: Path) -> Places:
    """An old and a new row of each kind, for rules of 400 days."""
    staff(database)
    with UnitOfWork(database, ANN) as work:
        work.add(customer(id=1))
        work.session.flush()
        account = {"sip_username": "u", "sip_domain": "x.example"}
        work.add(User(id=1, customer_id=1, name="U", email="u@x.example", **account))
        work.commit()
    database.write(_fill)
    folder = tmp_path / "hep"
    folder.mkdir()
    for at in (OLD, NEW):
        (folder / f"hep-{at:%Y%m%d}-10.pcap").write_bytes(b"x")
    (folder / "other.pcap").write_bytes(b"x")
    return Places(database, "", "", folder)


def _fill(connection: Connection) -> None:
    rules = update(table_of(RetentionRule)).values(keep_days=400)
    connection.execute(rules.where(RetentionRule.kind != RetentionKind.SIP_TRACES))
    connection.execute(insert(Mailbox), {"id": 1, "name": "S", "address": "s@x.example"})
    for id, at in ((1, OLD), (2, NEW)):
        own = {"id": id, "customer_id": 1}
        ticket = {"number": f"T{id}", "subject": "s", "state": "closed", "closed_at": at}
        message = {"ticket_id": id, "kind": "customer", "author": "A", "body": "b"}
        mail = {"mailbox_id": 1, "uid_validity": 1, "uid": id, "content_hash": "h", "size": 1, "raw": b"raw"}
        link = {"user_id": 1, "operator_id": 1, "token_hash": bytes([id]), "created_at": at, "expires_at": at}
        rows: tuple[tuple[type[Base], dict[str, Any]], ...] = (
            (Cdr, {**own, **CALL, "started_at": at}),
            (Chat, {**own, "started_at": at, "text_ciphertext": b"sealed"}),
            (Ticket, {**own, **ticket}),
            (TicketMessage, {**own, **message}),
            (TicketAttachment, {**own, "message_id": id, "name": "a", "media_type": "x/y", "content": b"c"}),
            (Mail, {**own, **mail, "received_at": at, "kind": "message"}),
            (ProbeRun, {"id": id, "at": at, "operator_id": 1, "kind": "options", "target": "t"}),
            (LoginLink, {**own, **link}),
            (WebSession, {**own, "kind": "frontend", "user_name": "U", "last_seen_at": NEW, "login_link_id": 1}),
            (WhoisRecord, {"id": id, "query": f"q{id}", "source": "s", "text": "t", "fetched_at": at}),
        )
        for model, row in rows:
            connection.execute(insert(model), row)


def run(database: Database, places: Places, **more: Any) -> dict[RetentionKind, KindResult]:
    return {result.kind: result for result in run_retention(database, places, 0, **more)}


def ids(database: Database, model: type[Base], *conditions: Any) -> list[int]:
    query = select(table_of(model).c.id).where(*conditions).order_by(table_of(model).c.id)
    return list(database.read(lambda connection: connection.scalars(query)))


def test_what_is_old_goes_and_the_rest_stays(database: Database, places: Places) -> None:
    counted = run(database, places, dry_run=True)
    assert ids(database, Cdr) == [1, 2]
    done = run(database, places)
    assert {kind: result.removed for kind, result in counted.items()} == {
        kind: result.removed for kind, result in done.items()
    }
    assert not any(result.problem for result in done.values())
    assert [ids(database, model) for model in (Cdr, ProbeRun, WhoisRecord)] == [[2], [2], [2]]
    assert ids(database, Chat, Chat.text_ciphertext.is_not(None)) == [2]
    assert ids(database, Mail, func.length(Mail.raw) > 0) == [2]
    assert ids(database, TicketAttachment, func.length(TicketAttachment.content) > 0) == [2]
    assert ids(database, Chat) == ids(database, Mail) == ids(database, TicketAttachment) == [1, 2]
    assert ids(database, LoginLink) == [1, 2]  # a session that is still used came from the old one
    assert places.captures is not None
    assert sorted(path.name for path in places.captures.iterdir()) == [f"hep-{NEW:%Y%m%d}-10.pcap", "other.pcap"]
    assert done[RetentionKind.SIP_TRACES].keep_days is None
    noted = select(RetentionRule.last_removed).where(RetentionRule.kind == RetentionKind.CDRS)
    assert database.read(lambda connection: connection.scalar(noted)) == 1
    assert all(result.removed == 0 for result in run(database, places).values())


def test_one_kind_that_fails_does_not_keep_the_others(database: Database, places: Places, tmp_path: Path) -> None:
    database.write(lambda c: c.execute(text("UPDATE retention_rules SET keep_days = 400")))
    gone = replace(places, kamailio=open_database(f"sqlite:///{tmp_path}/nowhere/x.db"))
    done = run(database, gone)
    assert done[RetentionKind.SIP_TRACES].problem
    assert (done[RetentionKind.CDRS].removed, done[RetentionKind.WHOIS].removed) == (1, 1)
    noted = select(RetentionRule.last_problem).where(RetentionRule.kind == RetentionKind.SIP_TRACES)
    assert database.read(lambda connection: connection.scalar(noted))


def test_many_calls_go_in_batches_beside_other_writers(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aged_row_removal, "BATCH", {database.dialect: 50})
    staff(database)
    calls = [{**CALL, "started_at": OLD + timedelta(seconds=number)} for number in range(1_001)]
    database.write(lambda connection: connection.execute(insert(Cdr), calls))
    waited: list[float] = []

    def other_writer() -> None:
        row = {"operator_id": 1, "kind": "options", "target": "x"}
        for _ in range(5):
            begin = time.monotonic()
            database.write(lambda connection: connection.execute(insert(ProbeRun), row))
            waited.append(time.monotonic() - begin)

    writer = threading.Thread(target=other_writer)
    writer.start()
    removed = remove_old(database, AgedRows(table_of(Cdr), "started_at"), OLD + timedelta(seconds=1_000))
    writer.join()
    assert removed == 1_000
    assert len(ids(database, Cdr)) == 1
    assert max(waited) < 2


def test_a_run_that_was_killed_goes_on(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aged_row_removal, "BATCH", {database.dialect: 10})
    calls = [{**CALL, "started_at": OLD} for _ in range(35)]
    database.write(lambda connection: connection.execute(insert(Cdr), calls))
    rows = AgedRows(table_of(Cdr), "started_at")
    with killed_after(2):
        remove_old(database, rows, NEW)
    assert len(ids(database, Cdr)) == 15
    assert remove_old(database, rows, NEW) == 15


def test_only_admins_change_it_and_not_below_the_law(database: Database) -> None:
    staff(database)
    rule = select(RetentionRule.id).where(RetentionRule.kind == RetentionKind.CDRS)
    key = int(database.read(lambda connection: connection.scalar(rule)) or 0)
    seen = database.read(lambda connection: load_row(connection, RETENTION, key))

    def edit(operator: Any, days: int | None) -> None:
        with UnitOfWork(database, operator) as unit:
            edit_row(unit, RETENTION, key, {"keep_days": days}, seen)
            unit.commit()

    with pytest.raises(DomainError, match=r"at least 90 days .*TKG"):
        edit(BOB, 89)
    with pytest.raises(NotAllowed):
        edit(ANN, 400)
    edit(BOB, 400)
    assert database.read(lambda connection: load_row(connection, RETENTION, key))["keep_days"] == 400


def test_a_new_database_has_a_rule_for_each_kind_with_its_default(database: Database) -> None:
    query = select(RetentionRule.kind, RetentionRule.keep_days).order_by(RetentionRule.id)
    stored = database.read(lambda connection: connection.execute(query).all())
    assert stored == [(kind, FACTS[kind].days) for kind in RetentionKind]
    assert all(facts.days is None or facts.days >= facts.fewest for facts in FACTS.values())
    assert datetime.now(UTC) > OLD
