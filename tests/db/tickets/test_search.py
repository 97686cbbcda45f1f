"""Search of tickets: words of subjects and messages, best first, on both databases; nothing that is typed is syntax."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, update
from tests.db.makers import NOW
from tests.db.tickets.desk import add_ticket, desk

from partnertui.db.database import Database
from partnertui.db.models import Ticket, TicketMessage
from partnertui.db.rows.filter_criteria import AnyOf, Criterion, Equals, Not, Search
from partnertui.db.rows.listing import Listing, Sort, key_of
from partnertui.db.rows.type_aliases import Row
from partnertui.db.tickets.sqlite_full_text import MOST_TERMS
from partnertui.db.tickets.ticket_source import SUBJECT_ONLY, TicketSource
from partnertui.screens.support.queries import tickets

BEST = Sort("last_update_at", descending=True)
SOURCE = TicketSource(BEST)
FIELDS = ("subject", "number", "requester_name")


def word(text: str) -> Criterion:
    return Search(FIELDS, text)


def found(database: Database, *criteria: Criterion, sort: Sort = BEST) -> list[Row]:
    listing = Listing(tickets, sort, criteria)
    return list(database.read(lambda connection: SOURCE.fetch_page(connection, listing)).rows)


def subjects(database: Database, *words: str) -> list[str]:
    return [row["subject"] for row in found(database, *map(word, words))]


@pytest.fixture
def desk_database(database: Database) -> Database:
    desk(database)
    return database


def test_words_of_subject_and_body_best_first(desk_database: Database) -> None:
    add_ticket(desk_database, "No audio", "The fax rings, once.")
    add_ticket(desk_database, "Fax fails", "The fax carrier refuses the fax.")
    add_ticket(desk_database, "Invoice", "Nothing of it.")
    assert subjects(desk_database, "fax") == ["Fax fails", "No audio"]
    assert subjects(desk_database, "fax", "rings") == ["No audio"]
    assert subjects(desk_database, "telefax") == []


def test_words_may_be_in_different_messages(desk_database: Database) -> None:
    add_ticket(desk_database, "Porting", "The losing carrier is slow.", "Where is the letter?")
    add_ticket(desk_database, "Carrier", "Congestion.")
    assert subjects(desk_database, "letter", "carrier") == ["Porting"]
    assert subjects(desk_database, "porting", "letter") == ["Porting"]


def test_beginnings_follow_whole_words(desk_database: Database) -> None:
    add_ticket(desk_database, "A", "It registers again and again, registering all day.")
    add_ticket(desk_database, "B", "Please register it.")
    assert subjects(desk_database, "register") == ["B", "A"]
    assert sorted(subjects(desk_database, "regis")) == ["A", "B"]
    assert sorted(subjects(desk_database, "REGIS*")) == ["A", "B"]
    assert subjects(desk_database, "gister") == []


@pytest.mark.parametrize("typed", ["zurück", "ZURUCK", "Zurück"])
def test_accents_and_case_do_not_matter(desk_database: Database, typed: str) -> None:
    add_ticket(desk_database, "Rufnummer", "Bitte rufen Sie ZURÜCK!")
    assert subjects(desk_database, typed) == ["Rufnummer"]


def test_numbers_addresses_and_phrases(desk_database: Database) -> None:
    add_ticket(desk_database, "Calls", "From +44 20 7946 0000 at 10.0.0.7, call-id abc-1@pbx.example.com.")
    add_ticket(desk_database, "Other", "7946 20")
    for typed in ("pbx.example.com", "abc-1@pbx", "10.0.0.7", "20 7946", "T-10001", "ann@acme.example"):
        assert "Calls" in subjects(desk_database, typed), typed
    assert subjects(desk_database, "20 7946") == ["Calls"]


def test_the_hit_is_shown_in_its_line(desk_database: Database) -> None:
    add_ticket(desk_database, "Long", f"{'Something else. ' * 60}The codec is wrong\x1b[31m. {'And so on. ' * 60}")
    add_ticket(desk_database, "Codec", "Nothing.")
    rows = {row["subject"]: row["hit"] for row in found(desk_database, word("codec"))}
    assert rows["Codec"] == SUBJECT_ONLY
    assert rows["Long"].startswith("…")
    assert "codec is wrong" in rows["Long"]
    assert len(rows["Long"]) < 160


def test_with_other_criteria_or_and_not(desk_database: Database) -> None:
    add_ticket(desk_database, "One", "fax", state="closed")
    add_ticket(desk_database, "Two", "modem")
    add_ticket(desk_database, "Three", "fax modem")
    either = AnyOf((word("fax"), word("modem")))
    assert {row["subject"] for row in found(desk_database, either)} == {"One", "Two", "Three"}
    assert [row["subject"] for row in found(desk_database, word("fax"), Equals("state", "open"))] == ["Three"]
    assert [row["subject"] for row in found(desk_database, word("fax"), Not(word("three")))] == ["One"]
    listing = Listing(tickets, BEST, (word("fax"), Equals("state", "open")))
    assert desk_database.read(lambda connection: SOURCE.count(connection, listing)).number == 1


def test_follows_every_kind_of_change(desk_database: Database) -> None:
    ticket = add_ticket(desk_database, "First", "mobile")
    assert subjects(desk_database, "mobile") == ["First"]
    desk_database.write(lambda c: c.execute(update(TicketMessage).values(body="landline")))
    desk_database.write(lambda c: c.execute(update(Ticket).values(subject="Second")))
    assert subjects(desk_database, "mobile") == subjects(desk_database, "first") == []
    assert subjects(desk_database, "second") == subjects(desk_database, "landline") == ["Second"]
    event = {"ticket_id": ticket, "kind": "event", "author": "Bob", "body": "state: solved"}
    desk_database.write(lambda c: c.execute(insert(TicketMessage), [event]))
    assert subjects(desk_database, "solved") == []
    desk_database.write(lambda c: c.execute(delete(TicketMessage)))
    assert subjects(desk_database, "landline") == []


def test_pages_forward_and_backward(desk_database: Database) -> None:
    for number in range(25):
        add_ticket(desk_database, f"Ticket {number}", "fax " * (number % 7), at=NOW + timedelta(hours=number))
    listing = Listing(tickets, BEST, (word("ticket"),))

    def work(connection: Connection) -> None:
        whole = [row["id"] for row in SOURCE.fetch_page(connection, listing).rows]
        assert len(whole) == 25
        first = SOURCE.fetch_page(connection, listing, limit=10)
        assert [row["id"] for row in first.rows] == whole[:10]
        assert first.more
        second = SOURCE.fetch_page(connection, listing, after=key_of(listing, first.rows[-1]), limit=20)
        assert [row["id"] for row in second.rows] == whole[10:]
        assert not second.more
        back = SOURCE.fetch_page(connection, listing, before=key_of(listing, second.rows[0]), limit=4)
        assert [row["id"] for row in back.rows] == whole[6:10]
        end = SOURCE.fetch_page(connection, listing, last=True, limit=3)
        assert [row["id"] for row in end.rows] == whole[-3:]

    desk_database.read(work)


def test_sorted_as_asked(desk_database: Database) -> None:
    for subject in ("Fax C", "Fax A", "Fax B"):
        add_ticket(desk_database, subject, "fax")
    rows = found(desk_database, word("fax"), sort=Sort("subject"))
    assert [row["subject"] for row in rows] == ["Fax A", "Fax B", "Fax C"]
    assert all(row["hit"] for row in rows)


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_is_syntax(database: Database, texts: list[str]) -> None:
    operators = ("AND", "NEAR(", '"', "*", "-x", "a:b", "^", "'", "\\", "(", "fax OR", "& |", "<->", ":*")
    for extra in ("", *operators[: len(texts) + 3]):
        found(database, *(word(text) for text in (*texts, extra)))


@given(text=st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_every_word_finds_its_own_text(text: str) -> None:
    from partnertui.domain.ticket_search import excerpt, folded, phrase_of, score

    assert len(folded(text)) == len(text)
    phrase = phrase_of(text)
    if phrase is not None:
        assert score(((phrase,),), "", text) > 0
        assert excerpt(((phrase,),), text, 40)


def test_longer_beginnings_find_each_word(desk_database: Database) -> None:
    add_ticket(desk_database, "A", "It is reregistering, registered.")
    add_ticket(desk_database, "B", "Two registrations of it.")
    add_ticket(desk_database, "C", "Register it, registrar!")
    assert sorted(subjects(desk_database, "registr")) == ["B", "C"]
    assert sorted(subjects(desk_database, "registe*")) == ["A", "C"]
    assert subjects(desk_database, "registratio", "two") == ["B"]
    assert subjects(desk_database, "registx") == []


def test_beginnings_of_more_words_than_are_looked_for_one_by_one(desk_database: Database) -> None:
    many = [f"callid{number:04}" for number in range(2 * MOST_TERMS)]
    add_ticket(desk_database, "Old", "A codec is in callid0000.", at=NOW)
    add_ticket(desk_database, "All", " ".join(many), at=NOW + timedelta(hours=1))
    assert sorted(subjects(desk_database, "callid")) == ["All", "Old"]
    assert subjects(desk_database, "callid0199") == ["All"]
