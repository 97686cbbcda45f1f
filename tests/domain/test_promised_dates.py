"""Days that an answer promises something for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.promised_dates import MOST_PROMISES, find_promises

MONDAY = date(2026, 11, 30)
CASES = (
    ("We repair it until Friday.", "en", "until Friday", date(2026, 12, 4)),
    ("You get it by 3 December.", "en", "by 3 December", date(2026, 12, 3)),
    ("You get it by Thursday, 3 December 2026", "en", "by Thursday, 3 December 2026", date(2026, 12, 3)),
    ("By the 3rd of December, at noon", "en", "By the 3rd of December", date(2026, 12, 3)),
    ("before December 24th we", "en", "before December 24th", date(2026, 12, 24)),
    ("by 4/12/2026", "en", "by 4/12/2026", date(2026, 12, 4)),
    ("by 12/4", "en-US", "by 12/4", date(2026, 12, 4)),
    ("no later than 2026-12-08.", "en", "no later than 2026-12-08", date(2026, 12, 8)),
    ("I call you tomorrow.", "en", "tomorrow", date(2026, 12, 1)),
    ("by next Monday", "en", "by next Monday", date(2026, 12, 7)),
    ("by 10 January", "en", "by 10 January", date(2027, 1, 10)),
    ("Der Techniker kommt am 3.12. zu Ihnen.", "de", "am 3.12", date(2026, 12, 3)),
    ("bis Freitag", "de", "bis Freitag", date(2026, 12, 4)),
    ("bis zum 3. Dezember", "de", "bis zum 3. Dezember", date(2026, 12, 3)),
    ("Wir melden uns spätestens morgen.", "de", "spätestens morgen", date(2026, 12, 1)),
    ("We answer by Friday", "de", "by Friday", date(2026, 12, 4)),
    ("avant vendredi", "fr", "avant vendredi", date(2026, 12, 4)),
    ("le 3 décembre", "fr", "le 3 décembre", date(2026, 12, 3)),
    ("antes del viernes", "es", "antes del viernes", date(2026, 12, 4)),
    ("entro venerdì", "it", "entro venerdì", date(2026, 12, 4)),
    ("voor vrijdag", "nl", "voor vrijdag", date(2026, 12, 4)),
    ("by Friday", "xx", "by Friday", date(2026, 12, 4)),
)


@pytest.mark.parametrize(("text", "language", "words", "day"), CASES)
def test_a_day_that_is_named(text: str, language: str, words: str, day: date) -> None:
    assert [(one.words, one.day) for one in find_promises(text, language, MONDAY)] == [(words, day)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("You called on 3 November.", "en"),
        ("The invoice of 3 December is enclosed.", "en"),
        ("Guten Morgen, das Telefon klingelt.", "de"),
        ("guten morgen", "de"),
        ("by 31/2/2027", "en"),
        ("on 10.0.0.1 by 5060", "en"),
        ("> until Friday", "en"),
        ("by 3 December 2025", "en"),
        ("", "en"),
    ],
)
def test_what_is_no_promise(text: str, language: str) -> None:
    assert find_promises(text, language, MONDAY) == ()


def test_each_day_once_in_the_order_of_the_text() -> None:
    found = find_promises("until Friday, by 2 December, by 4 December, tomorrow", "en", MONDAY)
    assert [one.words for one in found] == ["until Friday", "by 2 December", "tomorrow"]


@given(st.text(max_size=80) | st.lists(st.sampled_from([text for text, *_ in CASES]), max_size=9).map(" ".join))
def test_any_text_names_a_few_days_from_today_on(text: str) -> None:
    for language in ("en", "de", "en-US"):
        found = find_promises(text, language, MONDAY)
        assert len(found) <= MOST_PROMISES
        assert all(one.day >= MONDAY for one in found)
