"""Kamailio's finished calls become CDRs: the right code, customer and seconds, each once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from tests.sync import switch

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.sync import all_sources as run_module
from partnertui.db.sync import sync
from partnertui.db.sync.batch_writer import write_batch


@pytest.fixture
def filled(database: Database) -> Database:
    switch.people(database)
    return database


def test_calls_of_the_lab(filled: Database) -> None:
    switch.create(filled)
    switch.lab_calls(filled)
    report = sync(filled, kamailio=filled, timezone="UTC")
    assert (report.imported, report.unmatched, report.bad, report.waiting) == (7, 0, 0, 0)
    found = switch.cdrs(filled)
    talk = found["kamailio:talk"]
    assert (talk.disposition, talk.sip_code, talk.duration, talk.hung_up_by) == ("answered", 200, 3, "callee")
    assert (talk.direction, talk.category, talk.customer_id, talk.partner_id) == ("internal", "other", 1, 7)
    assert (talk.user_id, talk.source_name, talk.destination_name) == (1010, "User 1010", "User 1008")
    assert talk.started_at == switch.BEGIN
    results = {origin[9:-7]: (row.disposition, row.sip_code) for origin, row in found.items() if "#" in origin}
    assert results == {
        "busy": ("busy", 486),
        "rings": ("cancelled", 487),
        "silent": ("no answer", 408),
        "declines": ("rejected", 603),
        "out": ("congestion", 503),
        "nobody": ("failed", 404),
    }
    assert all(row.customer_id == 1 and row.duration == 0 for row in found.values() if row.sip_code != 200)
    asked = {(row.destination_ip, row.source_user_agent) for row in found.values() if row.sip_code == 503}
    assert asked == {("203.0.113.20", "Yealink SIP-T46U 108.86.0.20")}


def test_again_takes_nothing_and_new_calls_once(filled: Database) -> None:
    switch.create(filled)
    switch.lab_calls(filled)
    sync(filled, kamailio=filled, timezone="UTC")
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 0
    switch.finished(filled, "more", "1002", switch.BEGIN, 5)
    assert sync(filled, kamailio=filled, timezone="UTC").by_source["Kamailio acc_cdrs"] == 1
    assert len(switch.cdrs(filled)) == 8


@pytest.mark.parametrize(
    ("reply", "cause"), [("none", 18), ("100", 18), ("180", 19), ("183", 19), ("", 102)], ids=lambda one: str(one)
)
def test_a_timeout_is_told_apart_by_what_was_heard_before(filled: Database, reply: str, cause: int) -> None:
    """18 no user responding, 19 no answer from the user; 102 where Kamailio doesn't say."""
    switch.create(filled)
    switch.attempt(filled, "acc", "late", "1005", "408", switch.BEGIN, dst_reply=reply, dst_agent="Fanvil X4 2.12.1.3")
    switch.finished(filled, "late", "1005", switch.BEGIN, 0)
    sync(filled, kamailio=filled, timezone="UTC")
    late = switch.cdrs(filled)["kamailio:late#failed"]
    assert (late.disposition, late.sip_code, late.q850_cause) == ("no answer", 408, cause)
    assert late.destination_user_agent == "Fanvil X4 2.12.1.3"


def test_without_links_acc_alone_tells_the_calls(filled: Database) -> None:
    switch.create(filled, linked=False)
    switch.attempt(filled, "acc", "talk", "1008", "200", switch.BEGIN)
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 0, "the call still goes on"
    switch.attempt(filled, "acc", "talk", "1008", "200", switch.BEGIN + timedelta(seconds=61), method="BYE")
    switch.attempt(filled, "acc", "busy", "1003", "486", switch.BEGIN)
    sync(filled, kamailio=filled, timezone="UTC")
    found = switch.cdrs(filled)
    assert (found["kamailio:talk"].duration, found["kamailio:talk"].hung_up_by) == (61, "caller")
    assert found["kamailio:busy#failed"].disposition == "busy"


def test_a_call_between_customers_is_in_both_lists(filled: Database) -> None:
    switch.create(filled)
    switch.finished(filled, "both", "02079460000", switch.BEGIN, 9, caller="1001")
    report = sync(filled, kamailio=filled, timezone="UTC")
    assert (report.imported, report.unmatched) == (2, 0)
    found = switch.cdrs(filled)
    dialled, received = found["kamailio:both"], found["kamailio:both#received"]
    assert (dialled.customer_id, dialled.category, dialled.direction) == (1, "dialled", "outbound")
    assert (received.customer_id, received.category, received.user_id) == (2, "received", 1)
    assert received.ddi_id is not None
    assert dialled.destination_number == "442079460000"
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 0


def test_a_call_from_outside_is_missed_and_one_of_nobody_is_kept(filled: Database) -> None:
    switch.create(filled)
    switch.attempt(filled, "acc", "in", "+442079460000", "480", switch.BEGIN, caller="+3320100", src_domain="pstn.test")
    switch.attempt(filled, "acc", "alien", "999999", "404", switch.BEGIN, caller="1001", src_domain="evil.test")
    report = sync(filled, kamailio=filled, timezone="UTC")
    found = switch.cdrs(filled)
    missed = found["kamailio:in#failed"]
    assert (missed.customer_id, missed.category, missed.disposition) == (2, "missed", "no answer")
    assert found["kamailio:alien#failed"].customer_id is None, "another domain's 1001 is not ours"
    assert report.unmatched == 1


def test_a_failed_attempt_and_its_answered_repetition_are_two(filled: Database) -> None:
    switch.create(filled)
    switch.attempt(filled, "acc", "twice", "1008", "488", switch.BEGIN)
    switch.finished(filled, "twice", "1008", switch.BEGIN, 0)
    sync(filled, kamailio=filled, timezone="UTC")
    switch.attempt(filled, "acc", "twice", "1008", "200", switch.BEGIN + timedelta(seconds=1))
    switch.finished(filled, "twice", "1008", switch.BEGIN + timedelta(seconds=1), 40)
    sync(filled, kamailio=filled, timezone="UTC")
    assert {(row.sip_code, row.duration) for row in switch.cdrs(filled).values()} == {(488, 0), (200, 40)}


def test_a_call_whose_rows_are_not_all_there_waits_and_is_not_lost(filled: Database) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    switch.create(filled)
    switch.finished(filled, "new", "1003", now, 0)
    switch.finished(filled, "old", "1008", switch.BEGIN, 30)
    first = sync(filled, kamailio=filled, timezone="UTC")
    assert (first.imported, first.waiting) == (1, 1)
    for at in range(1200):
        switch.finished(filled, f"later{at}", "1008", switch.BEGIN, 30)
    sync(filled, kamailio=filled, timezone="UTC")
    switch.attempt(filled, "acc", "new", "1003", "486", now)
    last = sync(filled, kamailio=filled, timezone="UTC")
    assert (last.imported, last.waiting) == (1, 0)
    assert switch.cdrs(filled)["kamailio:new#failed"].sip_code == 486


def test_broken_off_in_the_middle_it_goes_on(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    switch.create(filled)
    for at in range(5_600):
        switch.finished(filled, f"call{at}", "1008", switch.BEGIN, 30)
    real, calls = write_batch, iter(range(10))

    def dies(*words: object, **more: object) -> bool:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return real(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "write_batch", dies)
    with pytest.raises(KeyboardInterrupt):
        sync(filled, kamailio=filled, timezone="UTC")
    assert len(switch.cdrs(filled)) == 5_000
    report = sync(filled, kamailio=filled, timezone="UTC")
    assert report.imported == 600
    assert len(switch.cdrs(filled)) == 5_600


def test_a_batch_and_its_position_are_one_transaction(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    switch.create(filled)
    switch.lab_calls(filled)

    def breaks(*words: object) -> None:
        raise DatabaseError("the power is gone")

    with monkeypatch.context() as patch:
        patch.setattr("partnertui.db.sync.batch_writer._store_position", breaks)
        with pytest.raises(DatabaseError):
            sync(filled, kamailio=filled, timezone="UTC")
    assert switch.cdrs(filled) == {}
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 7


def test_a_new_kamailio_database_is_read_from_the_top(filled: Database) -> None:
    switch.create(filled)
    switch.lab_calls(filled)
    sync(filled, kamailio=filled, timezone="UTC")
    filled.write(lambda connection: connection.exec_driver_sql("DELETE FROM acc_cdrs"))
    switch.put(
        filled,
        "acc_cdrs",
        id=1,
        start_time=switch.when(filled, switch.BEGIN),
        duration=4.0,
        callid="anew",
        end_time=switch.when(filled, switch.BEGIN),
        src_user="1001",
        dst_user="1002",
    )
    assert sync(filled, kamailio=filled, timezone="UTC").imported == 1


def test_times_of_kamailio_are_in_its_own_zone(postgres_database: Database) -> None:
    switch.people(postgres_database)
    switch.create(postgres_database)
    switch.finished(postgres_database, "summer", "1008", datetime(2026, 7, 1, 12, tzinfo=UTC), 9)
    sync(postgres_database, kamailio=postgres_database, timezone="Europe/Berlin")
    assert switch.cdrs(postgres_database)["kamailio:summer"].started_at == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_two_at_the_same_time_take_every_call_once(filled: Database) -> None:
    switch.create(filled)
    for at in range(700):
        switch.finished(filled, f"call{at}", "02079460000", switch.BEGIN, 30, caller="1001")
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(sync, filled, kamailio=filled, timezone="UTC") for _ in range(2)]
        assert sum(run.result().imported for run in runs) == 1400
    assert len(switch.cdrs(filled)) == 1400
