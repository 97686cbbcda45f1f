"""Demo data are consistent, reach nobody real, and are the same for the same seed."""

from __future__ import annotations

import ipaddress
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from sqlalchemy import Connection, inspect, text

from partnertui.db.database import Database, open_database
from partnertui.db.tickets.search import SEARCH_NAMES
from partnertui.demo import build
from partnertui.demo.fictional_numbers import RANGES, UNASSIGNED
from partnertui.demo.platform.addresses import NETWORK
from partnertui.domain.errors import DomainError
from partnertui.domain.sip_and_q850_codes import disposition_from_sip

NOW = datetime(2026, 3, 18, 14, 30, tzinfo=UTC)
SIZE: dict[str, Any] = {"customers": 25, "cdrs": 4000, "seed": 7, "now": NOW}
NUMBER_COLUMNS = (
    ("customers", "phone"),
    ("customers", "caller_id_number"),
    ("users", "mobile"),
    ("users", "caller_id_number"),
    ("ddis", "number"),
    ("partners", "phone"),
    ("registrations", "phone"),
    ("pending_ddis", "first_number"),
)
ADDRESS_COLUMNS = (
    ("chats", "ip"),
    ("registrations", "ip"),
    ("web_sessions", "ip"),
    ("user_statuses", "ip"),
    ("customer_phones", "last_provisioned_ip"),
    ("cdrs", "source_ip"),
    ("cdrs", "destination_ip"),
)
DOCUMENTATION = [
    ipaddress.ip_network(one) for one in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
PRIVATE = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
Rows = list[dict[str, Any]]
Ask = Callable[[str], Rows]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo database."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(f"sqlite:///{path}", **SIZE)
    return path


@pytest.fixture(scope="module")
def ask(made: Path) -> Ask:
    """Asks it."""
    database = open_database(f"sqlite:///{made}", read_only=True)
    return lambda sql: rows_of(database, sql)


def rows_of(database: Database, sql: str) -> Rows:
    def work(connection: Connection) -> Rows:
        return [dict(row) for row in connection.execute(text(sql)).mappings()]

    return database.read(work)


def everything(database: Database) -> dict[str, Rows]:
    names = database.read(lambda connection: inspect(connection).get_table_names())
    return {
        name: rows_of(database, f"SELECT * FROM {name} ORDER BY 1")
        for name in names
        if not name.startswith(("cdr_trigrams", *SEARCH_NAMES, "sqlite_", "alembic", "audit_"))
    }


def test_same_seed_same_rows(made: Path, tmp_path: Path) -> None:
    build(f"sqlite:///{tmp_path}/again.db", **SIZE)
    first, again = (everything(open_database(f"sqlite:///{path}")) for path in (made, tmp_path / "again.db"))
    assert first.keys() == again.keys()
    for table, rows in first.items():
        for row in (*rows, *again[table]):
            row.pop("salt", None)  # of the audit chain: it can't be guessed
        assert rows == again[table], table


def test_another_seed_makes_other_customers(ask: Ask, tmp_path: Path) -> None:
    build(f"sqlite:///{tmp_path}/other.db", **{**SIZE, "seed": 8, "cdrs": 10})
    other = rows_of(open_database(f"sqlite:///{tmp_path}/other.db"), "SELECT company FROM customers")
    assert ask("SELECT company FROM customers") != other


def test_both_databases_hold_the_same(database: Database, ask: Ask) -> None:
    build(database.url, **SIZE)
    counts = "SELECT count(*) AS calls, sum(charge) AS charged, max(id) AS last, sum(duration) AS talked FROM cdrs"
    assert rows_of(database, counts) == ask(counts)
    for table in ("customers", "users", "tickets", "ticket_messages", "statement_entries", "payments", "location"):
        sql = f"SELECT count(*) AS number FROM {table}"
        assert rows_of(database, sql) == ask(sql), table
    credit = "SELECT id, company, credit FROM customers ORDER BY id"
    assert rows_of(database, credit) == ask(credit)


def test_next_ids_are_free_after_the_load(database: Database) -> None:
    build(database.url, **{**SIZE, "customers": 3, "cdrs": 50})
    more = """INSERT INTO partners (name, enabled, created_at, version)
              SELECT 'One more', enabled, created_at, 1 FROM partners WHERE id = 1"""
    database.write(lambda connection: connection.execute(text(more)))
    assert rows_of(database, "SELECT count(*) AS number FROM partners") == [{"number": 4}]


def test_every_table_has_rows_and_all_references_hold(made: Path, ask: Ask) -> None:
    empty = {table for table, rows in everything(open_database(f"sqlite:///{made}")).items() if not rows}
    assert empty <= {
        "incidents",
        "incident_failures",
        "seen_registrations",
        "sent_views",
        "acc",
        "acc_cdrs",
        "missed_calls",
        "dialog_vars",
        "hep_messages",
        "committed_writes",
        "vault_keys",
        "drafts",
        "sound_copies",
    }
    assert ask("PRAGMA foreign_key_check") == []
    assert ask("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def test_statements_add_up(ask: Ask) -> None:
    balances: dict[int, int] = defaultdict(int)
    moments: dict[int, int] = {}
    for entry in ask("SELECT * FROM statement_entries ORDER BY customer_id, sequence"):
        who = entry["customer_id"]
        assert entry["balance_before"] == balances[who]
        assert moments.get(who, 0) <= entry["at"]
        balances[who], moments[who] = entry["balance_after"], entry["at"]
    for customer in ask("SELECT id, company, credit FROM customers"):
        assert balances[customer["id"]] == customer["credit"], customer["company"]


def test_calls_are_debited_as_they_were_charged(ask: Ask) -> None:
    charged = ask("SELECT customer_id, sum(charge) AS total FROM cdrs GROUP BY 1 HAVING sum(charge) > 0 ORDER BY 1")
    debited = "SELECT customer_id, sum(debit) AS total FROM statement_entries WHERE kind = 'call' GROUP BY 1 ORDER BY 1"
    assert ask(debited) == charged


def test_transactions_are_the_sum_of_their_items_and_payments(ask: Ask) -> None:
    wrong = """
        SELECT t.id FROM transactions t JOIN payments p ON p.transaction_id = t.id
        WHERE (p.amount <> t.amount AND NOT (t.state = 'pending' AND p.amount < t.amount)) OR t.amount <> (
            SELECT round(sum(i.total + i.tax) / 10000.0) * 10000 FROM transaction_items i
            WHERE i.transaction_id = t.id)"""
    assert ask(wrong) == []


def test_calls_have_numbers_of_their_customer(ask: Ask) -> None:
    own = defaultdict(set)
    for row in ask("SELECT customer_id, number FROM ddis UNION ALL SELECT customer_id, extension FROM users"):
        own[row["customer_id"]].add(row["number"])
    people = {row["id"]: row["customer_id"] for row in ask("SELECT id, customer_id FROM users")}
    for call in ask("SELECT * FROM cdrs"):
        mine = own[call["customer_id"]]
        assert people[call["user_id"]] == call["customer_id"]
        if call["direction"] != "inbound":
            assert call["source_number"] in mine, call["id"]
        if call["direction"] != "outbound":
            assert call["destination_number"] in mine, call["id"]


def test_calls_are_in_order_and_over(ask: Ask) -> None:
    calls = ask("SELECT id, started_at, duration FROM cdrs ORDER BY id")
    assert [call["started_at"] for call in calls] == sorted(call["started_at"] for call in calls)
    now = NOW.timestamp() * 1_000_000
    assert all(call["started_at"] + call["duration"] * 1_000_000 <= now for call in calls)
    assert now - calls[-1]["started_at"] < timedelta(minutes=15).total_seconds() * 1_000_000
    assert 89 < (now - calls[0]["started_at"]) / 86_400_000_000 < 91


def test_ends_of_calls_agree(ask: Ask) -> None:
    for call in ask("SELECT * FROM cdrs"):
        talked = call["disposition"] in ("answered", "voicemail")
        assert (call["duration"] > 0) == (call["mos"] is not None) == (call["codec"] is not None) == talked
        assert (call["sip_code"] == 200) == talked
        if call["disposition"] == "busy":
            assert (call["sip_code"], call["q850_cause"]) == (486, 17)
        if not talked:
            assert disposition_from_sip(call["sip_code"], answered=False) == call["disposition"]


def test_charges_follow_the_price_list(ask: Ask) -> None:
    calls = ask("""
        SELECT c.charge, c.rate, c.billed_seconds - c.covered_seconds AS paid, c.billed_seconds, c.duration,
               e.per_minute FROM cdrs c
        JOIN customer_price_lists l ON l.customer_id = c.customer_id AND l.slot = 'outbound calls'
        JOIN price_list_entries e ON e.price_list_id = l.price_list_id AND e.name = c.prefix_name
        WHERE c.direction = 'outbound'""")
    assert len(calls) > 1000
    assert all(call["rate"] == call["per_minute"] for call in calls)
    right = [call for call in calls if call["charge"] == (call["rate"] * call["paid"] + 30) // 60]
    assert len(right) > len(calls) * 0.99
    assert all(call["billed_seconds"] in (0, *range(call["duration"], call["duration"] + 61)) for call in calls)


def test_tickets_speak_of_calls_of_their_customer(ask: Ask) -> None:
    named = ask(
        "SELECT t.customer_id AS of_ticket, c.customer_id AS of_call FROM tickets t JOIN cdrs c ON c.id = t.cdr_id"
    )
    assert len(named) > 5
    assert all(row["of_ticket"] == row["of_call"] for row in named)
    assert all("{" not in row["body"] for row in ask("SELECT body FROM ticket_messages"))
    late = "SELECT number FROM tickets WHERE created_at > last_update_at OR last_update_at > "
    assert ask(f"{late}{int(NOW.timestamp() * 1_000_000)}") == []


def test_registrations_are_of_users(ask: Ask) -> None:
    lost = """SELECT l.id FROM location l LEFT JOIN users u
              ON u.sip_username = l.username AND u.sip_domain = l.domain WHERE u.id IS NULL"""
    assert ask(lost) == []
    now = NOW.timestamp() / 86400 + 2440587.5 - 0.5 / 86400
    counted = ask(f"SELECT count(*) AS number, sum(expires < {now}) AS expired FROM location")[0]
    assert counted["number"] > 100
    assert 0 < counted["expired"] < counted["number"] / 5


def test_numbers_ring_nowhere(ask: Ask) -> None:
    allowed = re.compile("|".join(f"{one.prefix}[0-9]{{{one.digits}}}" for one in (*RANGES, UNASSIGNED)))
    numbers = {row["n"] for table, name in NUMBER_COLUMNS for row in ask(f"SELECT {name} AS n FROM {table}")}
    numbers |= {row["n"] for row in ask("SELECT source_number AS n FROM cdrs WHERE direction <> 'internal'")}
    numbers |= {row["n"] for row in ask("SELECT destination_number AS n FROM cdrs WHERE direction <> 'internal'")}
    assert len(numbers) > 200
    assert [number for number in numbers if number and not allowed.fullmatch(number)] == []


def test_countries_without_fiction_use_numbers_that_nobody_was_given() -> None:
    for one in RANGES:
        regulated = one.country in ("GB", "US", "CA", "FR", "DE", "IE", "AU", "SE")
        for index in range(0, one.size, max(one.size // 50, 1)):
            number = phonenumbers.parse("+" + one.number(index))
            assert phonenumbers.is_possible_number(number)
            assert regulated or not phonenumbers.is_valid_number(number), one


def test_addresses_are_for_documentation(ask: Ask) -> None:
    found = {row["a"] for table, name in ADDRESS_COLUMNS for row in ask(f"SELECT {name} AS a FROM {table}")} - {None}
    assert all(any(ipaddress.ip_address(one) in network for network in DOCUMENTATION) for one in found)
    on_loopback = 0
    for row in ask("SELECT contact, received FROM location"):
        if _host(row["received"] or row["contact"]) in NETWORK:  # where the demo's platform answers
            on_loopback += 1
            continue
        networks = DOCUMENTATION if row["received"] is None else PRIVATE
        assert any(_host(row["contact"]) in network for network in networks), row
        assert row["received"] is None or any(_host(row["received"]) in network for network in DOCUMENTATION)
    assert on_loopback in {0, 6}


def _host(uri: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    match = re.search(r"[@:]\[?((?:\d+\.){3}\d+|[0-9a-f:]+)\]?:\d+(;|$)", uri)
    assert match is not None, uri
    return ipaddress.ip_address(match[1])


def test_domains_are_for_examples(ask: Ask) -> None:
    columns = (("customers", "email"), ("users", "email"), ("users", "sip_domain"), ("registrations", "email"))
    for table, name in columns:
        for row in ask(f"SELECT {name} AS d FROM {table}"):
            assert re.search(r"(^|[.@])example\.(com|net|org)$", row["d"]), row


def test_things_are_broken_on_purpose(ask: Ask) -> None:
    def number(sql: str) -> int:
        return int(ask(f"SELECT count(*) AS n FROM {sql}")[0]["n"])

    assert number("payments WHERE state = 'failed'")
    assert number("customers WHERE credit < 0")
    assert number(f"credit_cards WHERE expiry_year * 12 + expiry_month < {NOW.year * 12 + NOW.month}")
    assert number("customers WHERE vat_number IS NULL")


def test_a_full_database_is_left_alone(made: Path) -> None:
    with pytest.raises(DomainError, match="already has customers"):
        build(f"sqlite:///{made}", customers=1, cdrs=0)


def test_what_a_killed_load_left_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/half.db"
    build(url, customers=1, cdrs=20, seed=1, now=NOW)
    with sqlite3.connect(tmp_path / "half.db") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM customers")
    with pytest.raises(DomainError, match="already has calls"):
        build(url, customers=1, cdrs=20)


@pytest.mark.parametrize("wrong", [{"customers": 0}, {"cdrs": -1}, {"now": datetime(2026, 1, 1)}])
def test_wrong_sizes_are_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DomainError):
        build(f"sqlite:///{tmp_path}/x.db", **wrong)
    assert not (tmp_path / "x.db").exists()


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    build(
        f"sqlite:///{tmp_path}/x.db", customers=3, cdrs=200, seed=1, now=NOW, progress=lambda *told: seen.append(told)
    )
    assert ("calls", 200, 200) in seen
    last = [told for told in seen if told[0] == "indexes"][-1]
    assert last[1] == last[2]


def test_no_calls_at_all(tmp_path: Path) -> None:
    build(f"sqlite:///{tmp_path}/x.db", customers=1, cdrs=0, seed=3, now=NOW)
    assert rows_of(open_database(f"sqlite:///{tmp_path}/x.db"), "SELECT count(*) AS n FROM cdrs") == [{"n": 0}]
