"""What hangs together in reality hangs together in the demo data; what is broken is broken on purpose, and counted."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import pstdev
from typing import Any

import pytest

from partnertui.audio.sandboxed_decoder import measure
from partnertui.demo import build
from partnertui.demo.ivrs import GONE
from partnertui.domain.phone_numbers import format_number
from partnertui.domain.rating.charges import charge_of
from partnertui.domain.rating.price_table import CallTerms

NOW = datetime(2026, 3, 18, 14, 30, tzinfo=UTC)
MICROS = int(NOW.timestamp() * 1_000_000)
Rows = list[tuple[Any, ...]]
Ask = Callable[..., Rows]


@pytest.fixture(scope="module", params=[(60, 3), (12, 7)], ids=["60 customers", "12 customers"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Customers and seed."""
    found: tuple[int, int] = request.param
    return found


@pytest.fixture(scope="module")
def ask(size: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks a small demo database."""
    path: Path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(f"sqlite:///{path}", customers=size[0], cdrs=6_000, seed=size[1], now=NOW)
    connection = sqlite3.connect(path)
    return lambda query: connection.execute(query).fetchall()


# Money

EXPIRED = """strftime('%Y%m', p.at / 1000000, 'unixepoch') > printf('%04d%02d', c.expiry_year, c.expiry_month)"""
CARDS = f"FROM payments p JOIN credit_cards c ON c.id = p.card_id WHERE {EXPIRED}"


def test_an_expired_card_pays_nothing(ask: Ask) -> None:
    assert ask(f"SELECT p.id {CARDS} AND p.state <> 'failed'") == []
    codes = {code for (code,) in ask(f"SELECT p.failure_code {CARDS}")}
    assert codes == {"expired_card"}, "and some were tried"
    early = "SELECT p.id FROM payments p JOIN credit_cards c ON c.id = p.card_id WHERE p.at < c.created_at"
    assert ask(early) == [], "nobody pays with a card before it is there"


def test_only_cards_are_declined(ask: Ask) -> None:
    assert ask("SELECT id FROM payments WHERE state = 'failed' AND payment_type <> 'card'") == []
    assert ask("SELECT id FROM payments WHERE (state = 'failed') <> (failure_code IS NOT NULL)") == []
    assert ask("SELECT id FROM payments WHERE (payment_type = 'card') <> (card_id IS NOT NULL)") == []
    gateway: dict[object, set[str | None]] = {
        "card": {"cardgate"},
        "paypal": {"paypal"},
        "bank transfer": {None},
        "manual": {None},
    }
    for kind, name in ask("SELECT DISTINCT payment_type, gateway FROM payments"):
        assert name in gateway[kind]


def test_what_is_topped_up_by_itself_has_a_card(ask: Ask) -> None:
    assert ask("SELECT id FROM customers WHERE auto_top_up AND id NOT IN (SELECT customer_id FROM credit_cards)") == []
    other = """SELECT t.id FROM transactions t JOIN payments p ON p.transaction_id = t.id
        WHERE t.transaction_type = 'auto top-up' AND p.payment_type <> 'card'"""
    assert ask(other) == []


def test_basket_items_come_before_they_are_due(ask: Ask) -> None:
    assert ask("SELECT id FROM basket_items WHERE created_at > due_at") == []
    assert ask(f"SELECT id FROM basket_items WHERE created_at > {MICROS}") == []


def test_statements_are_in_order_and_add_up(ask: Ask) -> None:
    later = """SELECT a.id FROM statement_entries a JOIN statement_entries b
        ON b.customer_id = a.customer_id AND b.sequence = a.sequence + 1"""
    assert ask(f"{later} WHERE b.at < a.at OR b.balance_before <> a.balance_after") == []
    last = """SELECT c.id FROM customers c JOIN statement_entries s ON s.customer_id = c.id WHERE s.sequence =
        (SELECT max(sequence) FROM statement_entries WHERE customer_id = c.id) AND s.balance_after <> c.credit"""
    assert ask(last) == []
    assert ask(f"SELECT id FROM statement_entries WHERE at > {MICROS}") == []


def test_lines_of_different_customers_are_spread(ask: Ask) -> None:
    moments = Counter(at for at, _ in ask("SELECT DISTINCT at, customer_id FROM statement_entries"))
    assert max(moments.values()) <= 3
    assert ask("SELECT at FROM statement_entries WHERE kind = 'adjustment' GROUP BY at HAVING count(*) > 1") == []


def test_goodwill_is_not_always_the_newest_line(ask: Ask, size: tuple[int, int]) -> None:
    where = ask("""SELECT s.sequence, (SELECT max(sequence) FROM statement_entries WHERE customer_id = s.customer_id)
        FROM statement_entries s WHERE s.kind = 'adjustment' AND s.credit > 0""")
    assert all(at < last for at, last in where) or len({at < last for at, last in where}) == 2
    assert where or size[0] < 60


# Routing

TARGETS = {
    "user": "users",
    "ring group": "ring_groups",
    "ivr": "ivrs",
    "conference": "conferences",
    "voicemail": "users",
}


def lost(ask: Ask, table: str, kind: str = "target_type", also: str = "") -> Rows:
    """Rows whose target is not there, or another customer's."""
    found: Rows = []
    for word, other in TARGETS.items():
        found += ask(f"""SELECT r.id, r.target_id FROM {table} r LEFT JOIN {other} t ON t.id = r.target_id
            WHERE r.{kind} = '{word}' AND (t.id IS NULL OR t.customer_id <> r.customer_id) {also}""")
    return found


def test_numbers_groups_and_rules_lead_to_what_is_there(ask: Ask) -> None:
    assert lost(ask, "ddis", "route_type") == []
    assert lost(ask, "ring_groups") == []
    assert lost(ask, "routing_rules") == []
    kinds = {kind for (kind,) in ask("SELECT DISTINCT route_type FROM ddis WHERE state = 'active'")}
    assert {"user", "ring group", "ivr"} <= kinds


def test_one_menu_entry_leads_to_a_deleted_user(ask: Ask) -> None:
    gone = lost(ask, "ivr_entries")
    assert len(gone) == 1, "on purpose, one among 25 nested menus"
    assert gone[0][1] >= GONE


def test_one_menu_goes_round_in_a_circle(ask: Ask) -> None:
    to: dict[int, set[int]] = defaultdict(set)
    for menu, target in ask("SELECT ivr_id, target_id FROM ivr_entries WHERE target_type = 'ivr'"):
        to[menu].add(target)
    circles = {tuple(sorted((menu, below))) for menu in list(to) for below in to[menu] if menu in to.get(below, ())}
    assert len(circles) == 1, "on purpose"
    menus = ",".join(map(str, next(iter(circles))))
    waits = ask(f"SELECT target_type FROM ivr_entries WHERE digit = 't' AND ivr_id IN ({menus})")
    assert waits == [("ivr",), ("ivr",)], "and who waits never gets out"


def test_calls_to_a_number_ring_those_it_leads_to(ask: Ask) -> None:
    members = {*ask("SELECT ring_group_id, user_id FROM ring_group_members")}
    calls = ask("""SELECT d.target_id, c.user_id FROM cdrs c JOIN ddis d ON d.id = c.ddi_id
        WHERE c.direction = 'inbound' AND d.route_type = 'ring group'""")
    assert calls
    assert set(calls) <= members
    own = (
        "SELECT c.id FROM cdrs c JOIN ddis d ON d.id = c.ddi_id WHERE d.route_type = 'user' AND c.user_id <> d.user_id"
    )
    assert ask(own) == []


def test_names_are_many_and_in_the_language_of_the_country(ask: Ask, size: tuple[int, int]) -> None:
    few = 1 if size[0] < 60 else 5
    for table in ("sounds", "ivrs", "conferences", "pickup_groups", "ring_groups"):
        assert len({name for (name,) in ask(f"SELECT name FROM {table}")}) > few, table
    german = ask("SELECT g.name FROM ring_groups g JOIN customers c ON c.id = g.customer_id WHERE c.language = 'de'")
    assert {name for (name,) in german} <= {"Vertrieb", "Kundendienst", "Empfang", "Buchhaltung"}


# Media


def test_sounds_have_their_curve(ask: Ask) -> None:
    for use, curve, length, size, mp3 in ask("SELECT use, waveform, duration_ms, size, length(content) FROM sounds"):
        assert len(curve) == 200
        assert size == mp3 if mp3 else (size - 44) % length == 0, "bytes of so many milliseconds"
        if use == "ivr":
            assert min(curve[5:-5]) < 10 < 60 < max(curve), "words and pauses"
        assert pstdev(curve) > 8, "no straight line"


def test_some_sounds_can_be_heard_as_loud_as_they_say(ask: Ask) -> None:
    found = ask("SELECT content, level, duration_ms FROM sounds WHERE content IS NOT NULL")
    assert found
    for content, level, length in found[:3]:
        measured = measure(content)
        assert abs((measured.level or 0) - level) < 100 or (measured.true_peak or 0) > -50
        assert abs(measured.duration_ms - length) < 300


def test_recordings_are_of_calls(ask: Ask) -> None:
    wrong = """SELECT r.id FROM recordings r LEFT JOIN cdrs c ON c.id = r.cdr_id
        WHERE c.id IS NULL OR c.duration <> r.duration OR c.customer_id <> r.customer_id OR c.user_id <> r.user_id
        OR c.source_number IS NOT r.caller OR c.destination_number IS NOT r.called OR c.started_at <> r.at"""
    assert ask(wrong) == []


def test_messages_lie_in_boxes_of_users(ask: Ask) -> None:
    assert ask("SELECT v.id FROM voicemails v JOIN users u ON u.id = v.user_id WHERE v.mailbox <> u.extension") == []
    assert ask("SELECT id FROM voicemails WHERE is_new AND folder <> 'inbox'") == []


# Orders


def test_orders_say_what_is_to_be_done(ask: Ask, size: tuple[int, int]) -> None:
    stuck = ask("SELECT required_action, rejected_reason FROM pending_ddis WHERE state = 'exception'")
    assert all(action and reason for action, reason in stuck)
    drafts = ask("SELECT documents_missing, required_action FROM pending_ddis WHERE state = 'draft'")
    assert drafts
    assert all(missing in action or missing.lower() in action for missing, action in drafts)
    assert ask("SELECT id FROM pending_ddis WHERE created_at > requested_at OR agreed_at < created_at") == []
    for first, numbers, quantity in ask("SELECT first_number, numbers, quantity FROM pending_ddis"):
        known = json.loads(numbers)
        assert (first, quantity) == ((known[0], len(known)) if known else (None, quantity))
    if size[0] >= 60:
        late = f"state IN ('in process', 'date confirmed', 'draft') AND coalesce(agreed_at, requested_at) < {MICROS}"
        assert stuck
        assert ask(f"SELECT id FROM pending_ddis WHERE {late}"), "some are overdue on purpose"


def test_numbers_of_orders_done_are_the_customers(ask: Ask) -> None:
    done = ask("SELECT customer_id, first_number FROM pending_ddis WHERE state = 'activated'")
    assert set(done) <= set(ask("SELECT customer_id, number FROM ddis"))
    assert ask(f"SELECT id FROM pending_ddis WHERE state = 'activated' AND agreed_at > {MICROS}") == []


# Web


def test_nothing_happens_before_its_customer_or_user_is_there(ask: Ask) -> None:
    when = {
        "cdrs": "started_at",
        "tickets": "created_at",
        "chats": "started_at",
        "notes": "created_at",
        "payments": "at",
        "users": "created_at",
        "statement_entries": "at",
        "pending_ddis": "created_at",
        "customer_phones": "created_at",
        "ddis": "created_at",
        "sounds": "created_at",
        "user_statuses": "at",
        "credit_cards": "created_at",
    }
    for table, column in when.items():
        query = f"SELECT t.id FROM {table} t JOIN customers c ON c.id = t.customer_id WHERE t.{column} < c.created_at"
        assert ask(query) == [], table
        assert ask(f"SELECT id FROM {table} WHERE {column} > {MICROS}") == [], table
    for table, column in (("cdrs", "started_at"), ("web_sessions", "started_at"), ("chats", "started_at")):
        query = f"SELECT t.id FROM {table} t JOIN users u ON u.id = t.user_id WHERE t.{column} < u.created_at"
        assert ask(query) == [], table


def test_customers_on_trial_signed_up_once(ask: Ask) -> None:
    trial = ask("SELECT id, company, contact, email FROM customers WHERE status = 'trial' ORDER BY 1")
    assert ask("SELECT customer_id, company, name, email FROM registrations WHERE customer_id > 0 ORDER BY 1") == trial
    assert ask("SELECT id FROM registrations WHERE (converted_at IS NULL) <> (customer_id IS NULL)") == []
    assert ask("SELECT id FROM registrations WHERE converted_at < created_at") == []
    blocked = {network.split("/")[0] for (network,) in ask("SELECT network FROM blocked_ips")}
    scripts = {ip for (ip,) in ask("SELECT ip FROM registrations WHERE user_agent LIKE 'python%'")}
    assert scripts, "a script signs up on purpose"
    assert scripts <= blocked


def test_sessions_and_chats_come_from_where_the_user_is(ask: Ask) -> None:
    assert ask("SELECT id FROM web_sessions WHERE started_at > last_seen_at") == []
    homes: dict[object, object] = dict(ask("SELECT DISTINCT user_id, source_ip FROM cdrs WHERE direction = 'outbound'"))
    seen = ask("SELECT user_id, ip FROM web_sessions UNION ALL SELECT user_id, ip FROM chats")
    assert {user for user, _ in seen} & set(homes)
    assert all(homes.get(user, ip) == ip for user, ip in seen)
    alone = "SELECT id FROM web_sessions w WHERE user_name <> (SELECT email FROM users WHERE id = w.user_id)"
    assert ask(alone) == []
    going = {state for (state,) in ask("SELECT state FROM chats")}
    assert {"waiting", "open", "closed"} <= going
    assert ask(f"SELECT id FROM chats WHERE started_at + duration * 1000000 > {MICROS}") == []


def test_blocked_addresses_have_a_reason(ask: Ask) -> None:
    found = ask(f"SELECT reason, until IS NULL, coalesce(until > {MICROS}, 0), blocked_at < {MICROS} FROM blocked_ips")
    assert len({reason for reason, *_ in found}) == len(found)
    assert all(before for *_, before in found)
    assert {(ever, ahead) for _, ever, ahead, _ in found} == {(1, 0), (0, 1), (0, 0)}, "for ever, still, over"


# Phones and calls


def test_phones_have_a_mac_of_their_maker(ask: Ask) -> None:
    query = """SELECT p.id FROM customer_phones p JOIN phone_models m ON m.id = p.phone_model_id
        WHERE instr(m.ouis, substr(p.mac, 1, 6)) = 0 OR p.vendor <> m.make"""
    assert ask(query) == []
    tails = sorted(int(tail, 16) for (tail,) in ask("SELECT substr(mac, 7) FROM customer_phones"))
    assert len(tails) == len(set(tails))
    assert all(after - before > 1 for before, after in pairwise(tails)), "no counter"


def test_calls_cost_what_the_price_list_says(ask: Ask) -> None:
    calls = ask("""
        SELECT c.started_at, c.duration, c.billed_seconds, c.charge, e.per_minute, e.first_seconds, e.step_seconds,
               e.unlimited AND p.unlimited_minutes > 0
        FROM cdrs c JOIN customers u ON u.id = c.customer_id JOIN price_plans p ON p.id = u.price_plan_id
        JOIN customer_price_lists l ON l.customer_id = u.id AND l.slot = 'outbound calls'
        JOIN price_list_entries e ON e.price_list_id = l.price_list_id AND e.name = c.prefix_name
        WHERE c.direction = 'outbound'""")
    wrong = []
    for at, duration, billed, charge, rate, first, step, covered in calls:
        seconds = 0 if not duration else first + -(-max(duration - first, 0) // step) * step
        assert billed == seconds
        right = 0 if covered else (rate * seconds + 30) // 60
        if charge != right:
            wrong.append((at, charge, right, rate, duration))
    assert 1 <= len(wrong) <= 4, "billing errors on purpose, one call in sixty of the last hours"
    for at, charge, right, rate, duration in wrong:
        assert MICROS - at < 3 * 3600 * 1_000_000
        assert charge == (right * 10 or (rate * duration + 30) // 60)
    assert ask("SELECT id FROM cdrs WHERE direction <> 'outbound' AND charge <> 0") == []


def test_charges_are_explained_by_the_terms_that_are_kept(ask: Ask) -> None:
    calls = ask("""SELECT c.rating, c.duration, c.charge, c.billed_seconds, c.covered_seconds,
        t.name, t.prefix, t.currency, t.per_minute, t.per_call, t.minimum, t.first_seconds, t.step_seconds, t.unlimited
        FROM cdrs c JOIN rated_terms t ON t.id = c.terms_id""")
    wrong = 0
    for rating, duration, charge, billed, covered, *terms in calls:
        found = charge_of(CallTerms(*terms), duration, covered)
        assert found.billed_seconds == billed
        wrong += (found.state, found.amount, found.covered_seconds) != (rating, charge, covered)
    assert wrong <= 4, "billing errors on purpose"
    states = {state for (state,) in ask("SELECT DISTINCT rating FROM cdrs")}
    assert states >= {"rated", "included", "not billable"}
    assert ask("SELECT id FROM cdrs WHERE terms_id IS NOT NULL AND (duration = 0 OR direction <> 'outbound')") == []
    assert ask("SELECT id FROM cdrs WHERE rating = 'no price' AND (charge <> 0 OR prefix_name IS NOT NULL)") == []


def test_tickets_name_a_call_of_their_customer(ask: Ask) -> None:
    texts: dict[int, str] = defaultdict(str)
    for ticket, body in ask("SELECT ticket_id, body FROM ticket_messages ORDER BY id"):
        texts[ticket] += body + "\n"
    told = ask("""SELECT t.id, t.customer_id, c.customer_id, t.created_at, c.started_at + c.duration * 1000000,
        c.direction, c.source_number, c.destination_number, c.call_id_a
        FROM tickets t LEFT JOIN cdrs c ON c.id = t.cdr_id WHERE t.cdr_id IS NOT NULL""")
    assert told
    for ticket, customer, other, begun, over, direction, source, destination, call_id in told:
        assert customer == other
        assert begun > over, "nobody complains of a call that is to come"
        number = destination if direction == "outbound" else source
        assert (format_number(number) if number else "withheld") in texts[ticket] or call_id in texts[ticket]
    known = {call_id for (call_id,) in ask("SELECT call_id_a FROM cdrs")}
    for text in texts.values():
        named = [word.strip(".:,;()") for word in text.split("Call-ID ")[1:] for word in word.split()[:1]]
        assert set(named) <= known


def test_tickets_about_credit_are_of_customers_without(ask: Ask) -> None:
    credit = "SELECT c.credit FROM tickets t JOIN customers c ON c.id = t.customer_id WHERE t.subject LIKE '%blocked%'"
    assert all(left < 0 for (left,) in ask(credit))
    paid = "SELECT t.id FROM tickets t JOIN payments p ON p.id = t.payment_id WHERE p.state <> 'failed'"
    assert ask(paid) == []


def test_live_calls_are_of_registered_phones(ask: Ask) -> None:
    registered = {user for (user,) in ask("SELECT username FROM location")}
    extensions = {*ask("SELECT extension, sip_domain FROM users")}
    calls = ask("SELECT from_uri, to_uri, start_time, callid FROM dialog")
    assert calls
    talking: list[str] = []
    for caller, called, begun, _ in calls:
        assert begun < NOW.timestamp()
        users = [uri[4:].split("@") for uri in (caller, called)]
        ours = [user for user, _ in users if user in registered]
        assert ours, "one side is ours"
        far = [user for user in users if user[0] not in registered]
        assert all(user.startswith("+") or (user, domain) in extensions for user, domain in far)
        talking += ours
    assert len(talking) == len(set(talking)), "nobody is in two calls"


def test_refunds_are_booked_where_they_count(ask: Ask) -> None:
    """What was given back is the sum of the refunds that didn't fail: of sales, of their items and of payments."""
    given = "SELECT -sum(b.amount) FROM transactions b WHERE b.refund_of_id = t.id AND b.state <> 'failed'"
    assert ask(f"SELECT id FROM transactions t WHERE amount > 0 AND refunded <> coalesce(({given}), 0)") == []
    lines = """SELECT -sum(b.total) FROM transaction_items b JOIN transactions t ON t.id = b.transaction_id
        WHERE b.refund_of_item_id = i.id AND t.state <> 'failed'"""
    assert ask(f"SELECT id FROM transaction_items i WHERE total > 0 AND refunded <> coalesce(({lines}), 0)") == []
    payments = "SELECT p.id FROM payments p JOIN transactions t ON t.id = p.transaction_id"
    partly = "t.state = 'pending' AND p.state = 'completed' AND p.amount < t.amount"
    assert ask(f"{payments} WHERE p.refunded <> t.refunded OR p.state <> t.state AND NOT ({partly})") == []
    whole = "SELECT id FROM transactions WHERE amount > 0 AND (state = 'refunded') <> (refunded = amount)"
    assert ask(whole) == []
    states = """SELECT r.id FROM refunds r JOIN transactions b ON b.id = r.transaction_id WHERE r.amount <> -b.amount
        OR (r.state = 'completed') <> (b.state = 'completed')
        OR (r.state IN ('failed', 'rejected')) <> (b.state = 'failed')"""
    assert ask(states) == []
    assert ask("SELECT id FROM refunds") != []
    assert ask(f"SELECT id FROM refunds WHERE requested_at > {MICROS} OR finished_at > {MICROS}") == []


def test_items_are_held_and_paid_by_payments_of_their_customer(ask: Ask) -> None:
    joined = "SELECT b.id FROM basket_items b LEFT JOIN payments p ON p.id = b.payment_id WHERE"
    assert ask(f"{joined} (b.state IN ('attached', 'paid')) <> (p.id IS NOT NULL)") == []
    assert ask(f"{joined} p.customer_id <> b.customer_id OR p.currency <> b.currency") == []
    assert ask(f"{joined} b.state = 'paid' AND p.state IN ('pending', 'failed')") == []
    paid = """SELECT p.id FROM payments p JOIN transactions t ON t.id = p.transaction_id
        WHERE (SELECT sum(b.price) FROM basket_items b WHERE b.payment_id = p.id) <> t.amount - t.tax"""
    assert ask(paid) == [], "prices of items are without tax"
