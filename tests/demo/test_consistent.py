"""What hangs together in reality hangs together in the demo data; what is broken is broken on purpose."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from partnertui.demo import build

NOW = datetime(2026, 3, 18, 14, 30, tzinfo=UTC)
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    path: Path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(f"sqlite:///{path}", customers=60, cdrs=3_000, seed=3, now=NOW)
    connection = sqlite3.connect(path)
    return lambda query: connection.execute(query).fetchall()


EXPIRED = """strftime('%Y%m', p.at / 1000000, 'unixepoch') > printf('%04d%02d', c.expiry_year, c.expiry_month)"""


def test_an_expired_card_pays_nothing(ask: Ask) -> None:
    query = f"FROM payments p JOIN credit_cards c ON c.id = p.card_id WHERE {EXPIRED}"
    assert ask(f"SELECT p.id {query} AND p.state <> 'failed'") == []
    codes = {code for (code,) in ask(f"SELECT p.failure_code {query}")}
    assert codes == {"expired_card"}, "and some were tried"


def test_only_cards_are_declined(ask: Ask) -> None:
    assert ask("SELECT id FROM payments WHERE state = 'failed' AND card_id IS NULL") == []
    assert ask("SELECT id FROM payments WHERE (state = 'failed') <> (failure_code IS NOT NULL)") == []


def test_basket_items_come_before_they_are_due(ask: Ask) -> None:
    assert ask("SELECT id FROM basket_items WHERE created_at > due_at") == []


def test_statements_are_in_order_and_add_up(ask: Ask) -> None:
    later = """SELECT a.id FROM statement_entries a JOIN statement_entries b
        ON b.customer_id = a.customer_id AND b.sequence = a.sequence + 1"""
    assert ask(f"{later} WHERE b.at < a.at OR b.balance_before <> a.balance_after") == []
    last = """SELECT c.id FROM customers c JOIN statement_entries s ON s.customer_id = c.id WHERE s.sequence =
        (SELECT max(sequence) FROM statement_entries WHERE customer_id = c.id) AND s.balance_after <> c.credit"""
    assert ask(last) == []
    same = "SELECT at FROM statement_entries WHERE kind = 'adjustment' GROUP BY at HAVING count(*) > 1"
    assert ask(same) == []


def test_menus_lead_somewhere_but_for_a_few(ask: Ask) -> None:
    gone = ask(
        "SELECT customer_id FROM ivr_entries e WHERE target_type = 'user' AND target_id NOT IN (SELECT id FROM users)"
    )
    assert gone, "one user has left on purpose"
    assert all(customer % 3 == 1 for (customer,) in gone)
    assert ask("SELECT id FROM ivr_entries WHERE target_type = 'ivr' AND target_id NOT IN (SELECT id FROM ivrs)") == []
    assert ask("SELECT id FROM ivr_entries WHERE target_type = 'ivr' AND digit = '8'"), "menus below menus"


def test_recordings_and_messages_are_of_calls_and_users(ask: Ask) -> None:
    wrong = """SELECT r.id FROM recordings r LEFT JOIN cdrs c ON c.id = r.cdr_id
        WHERE c.id IS NULL OR c.duration <> r.duration OR c.customer_id <> r.customer_id"""
    assert ask(wrong) == []
    box = "SELECT v.id FROM voicemails v JOIN users u ON u.id = v.user_id WHERE v.mailbox <> u.extension"
    assert ask(box) == []


def test_sounds_have_their_curve(ask: Ask) -> None:
    assert {length for (length,) in ask("SELECT length(waveform) FROM sounds")} == {200}


def test_ddis_lead_to_what_is_there(ask: Ask) -> None:
    for kind, table in (("user", "users"), ("ring group", "ring_groups"), ("ivr", "ivrs")):
        query = f"SELECT d.id FROM ddis d LEFT JOIN {table} t ON t.id = d.target_id WHERE d.route_type = '{kind}'"
        assert ask(f"{query} AND (t.id IS NULL OR t.customer_id <> d.customer_id)") == [], kind


def test_phones_have_a_mac_of_their_maker(ask: Ask) -> None:
    query = """SELECT p.id FROM customer_phones p JOIN phone_models m ON m.id = p.phone_model_id
        WHERE instr(m.ouis, substr(p.mac, 1, 6)) = 0"""
    assert ask(query) == []
