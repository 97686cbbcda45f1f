"""The filter language reads what agents type, and says what is wrong with what it cannot read."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partnertui.db.rows.criteria import Between, Contains, Equals, Missing, Not, OneOf, Prefix, Search
from partnertui.kit.declare import kinds
from partnertui.kit.declare.page import Column
from partnertui.kit.declare.query import Term, complete, parse, rewrite, spans, split, unparse

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Status(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    PART_REFUNDED = "part_refunded"


COLUMNS = (
    Column("id", kinds.Identifier()),
    Column("company", kinds.Text()),
    Column("status", kinds.Choice(Status)),
    Column("enabled", kinds.Flag()),
    Column("credit", kinds.Money()),
    Column("mos", kinds.Hundredths()),
    Column("duration", kinds.Seconds()),
    Column("pdd", kinds.Milliseconds()),
    Column("number", kinds.Number()),
    Column("ip", kinds.Ip()),
    Column("country", kinds.Country()),
    Column("tags", kinds.Tags(("vip", "fraud"))),
    Column("started", kinds.Time()),
    Column("due", kinds.Date()),
)
FIELDS = ("company", "number")


def read(text: str) -> tuple[object, ...]:
    parsed = parse(text, COLUMNS, FIELDS, NOW)
    assert parsed.mistake is None, parsed.mistake
    return parsed.criteria


def marked(text: str) -> tuple[str, str]:
    """The marked part of a line that is wrong, and the sentence."""
    mistake = parse(text, COLUMNS, FIELDS, NOW).mistake
    assert mistake is not None
    return text[mistake.start : mistake.end], mistake.message


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("", ()),
        ("ann  lee", (Search(FIELDS, "ann"), Search(FIELDS, "lee"))),
        ('"ann lee"', (Search(FIELDS, "ann lee"),)),
        ('-acme -"b c"', (Not(Search(FIELDS, "acme")), Not(Search(FIELDS, "b c")))),
        ("+44(20)7946", (Search(FIELDS, "44207946"),)),
        ("14:30", (Search(FIELDS, "14:30"),)),
        ("-", (Search(FIELDS, "-"),)),
        ('""', ()),
        ("status:active", (Equals("status", Status.ACTIVE),)),
        ("status:trial,Active", (OneOf("status", (Status.TRIAL, Status.ACTIVE)),)),
        ('status:"part refunded"', (Equals("status", Status.PART_REFUNDED),)),
        ("-status:trial", (Not(Equals("status", Status.TRIAL)),)),
        ("STATUS:-", (Missing("status"),)),
        ('company:"a b"', (Contains("company", "a b"),)),
        ('company:a"b c"d', (Contains("company", "ab cd"),)),
        ("company:ac*", (Prefix("company", "ac"),)),
        ("id>5", (Between("id", 6, None),)),
        ("id>=5 id<9", (Between("id", 5, None), Between("id", None, 9))),
        ("id<=5", (Between("id", None, 6),)),
        ("id:3..5", (Between("id", 3, 6),)),
        ("id:..5", (Between("id", None, 6),)),
        ("id:1,4", (OneOf("id", (1, 4)),)),
        ("number:+4420", (Prefix("number", "4420"),)),
        ("enabled:yes", (Equals("enabled", True),)),
    ],
)
def test_what_is_typed_is_what_is_meant(text: str, criteria: tuple[object, ...]) -> None:
    assert read(text) == criteria


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("a statsu:active b", "statsu:", "“statsu” isn't a column here; did you mean “status:”?"),
        ("sip:ann@example.net", "sip:", "put it in quotation marks"),
        ("status:activ", "activ", "did you mean “active”?"),
        ("status:", ":", "a value is missing after status: as in status:trial, status:active"),
        ("id>", ">", "a value is missing after id>"),
        ("id>x", "x", "“x” is not a whole number"),
        ("status>x", "x", "can't be compared"),
        ("id:9..3", "9..3", "the range ends before it begins"),
        ('company:"a b', '"a b', "a quotation mark is missing"),
        ("started:2026-13-01", "2026-13-01", "write 2026-11-20"),
        ("ann status=active", "status=active", "write status:active"),
        ("company:a\x00b", "a\x00b", "no row can have"),
    ],
)
def test_a_mistake_is_marked_and_explained(text: str, part: str, words: str) -> None:
    where, message = marked(text)
    assert where == part
    assert words in message


def test_an_equals_sign_is_searched_as_text_in_quotation_marks_or_without_a_column() -> None:
    assert read('"status=active"') == (Search(FIELDS, "status=active"),)
    assert read("a=b") == (Search(FIELDS, "a=b"),)


def test_without_columns_to_search_words_are_refused() -> None:
    mistake = parse("ann", COLUMNS, (), NOW).mistake
    assert mistake is not None
    assert "column:value" in mistake.message


FRAGMENT = st.one_of(
    st.sampled_from([column.name for column in COLUMNS] + ["statsu"]),
    st.sampled_from([":", ">", ">=", "<", "<=", "..", ",", "-", '"', "\\", " ", "=", "*", "+"]),
    st.sampled_from(["active", "today", "3d", "12:30", "2026-11", "1.5", "99999999999999999999", "yes", "GB", "1e9"]),
    st.text(max_size=4),
)
LINE = st.one_of(st.text(max_size=60), st.lists(FRAGMENT, max_size=12).map("".join))


@given(LINE)
@example("started:0001-01-01")
@example("started:9999-12-31..")
@example("due:9999-12-31")
@example("due:9999-12")
@example("started:999999w")
@example("credit:99999999999999999999999")
@example("id:²")
@example("mos:١.٥")
def test_parse_never_raises_and_says_where_it_is_wrong(line: str) -> None:
    parsed = parse(line, COLUMNS, FIELDS, NOW)
    if parsed.mistake is not None:
        assert 0 <= parsed.mistake.start < parsed.mistake.end <= len(line)
        assert parsed.mistake.message


@given(LINE)
def test_a_line_put_together_again_means_the_same(line: str) -> None:
    parsed = parse(line, COLUMNS, FIELDS, NOW)
    again = parse(unparse(parsed.terms), COLUMNS, FIELDS, NOW)
    if all(term.open_quote < 0 for term in parsed.terms):
        assert again.terms == parsed.terms
        assert again.criteria == parsed.criteria


WORDS = st.text(min_size=1, max_size=12)
TERMS = st.one_of(
    st.builds(Term, st.just(""), st.just(""), WORDS, st.booleans()),
    st.builds(Term, st.sampled_from(["id", "company"]), st.sampled_from([":", ">", "<="]), WORDS, st.booleans()),
)


@given(st.lists(TERMS, max_size=6))
def test_terms_survive_being_written_and_read(terms: list[Term]) -> None:
    assert split(unparse(terms)) == terms


@given(LINE)
def test_spans_lie_in_order_and_completions_fit(line: str) -> None:
    last = 0
    for span in spans(line):
        assert last <= span.start < span.end <= len(line)
        last = span.end
    for cursor in range(len(line) + 1):
        for completion in complete(line, cursor, COLUMNS):
            assert 0 <= completion.start <= cursor
            assert cursor <= completion.end <= len(line)


def completed(text: str) -> str:
    """The line after Tab with the cursor at `|`."""
    cursor = text.index("|")
    text = text.replace("|", "")
    first = complete(text, cursor, COLUMNS)[0]
    return text[: first.start] + first.insert + text[first.end :]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("sta|", "status:"),
        ("acme -com|", "acme -company:"),
        ("ber|", "number:"),
        ("sta|:active", "status:active"),
        ("status:act|", "status:active"),
        ("status:trial,|", "status:trial,trial"),
        ("status:trial,a|", "status:trial,active"),
        ("started:today..y|", "started:today..yesterday"),
        ("-enabled:|", "-enabled:yes"),
        ("id:|", "id:-"),
        ("x |", "x id:"),
    ],
)
def test_tab_completes(text: str, after: str) -> None:
    assert completed(text) == after


def test_a_filter_from_the_header_is_written_into_the_same_line() -> None:
    assert rewrite("acme status:trial  -id>5", "status", "status:active") == "acme status:active -id>5"
    assert rewrite("acme", "status", "status:active") == "acme status:active"
    assert rewrite("status:trial acme -status:active", "status", "") == "acme"
    assert rewrite('company:"a b" x', "company", "company:c") == "company:c x"


def test_parts_for_highlighting() -> None:
    text = '-status:"a b" word'
    assert [(text[s.start : s.end], s.part) for s in spans(text)] == [
        ("-", "minus"),
        ("status", "column"),
        (":", "op"),
        ('"a b"', "value"),
        ("word", "word"),
    ]
