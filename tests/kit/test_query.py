"""The filter language reads what agents type, and says what is wrong with what it cannot read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from partnertui.db.rows.filter_criteria import AnyOf, Between, Contains, Equals, Missing, Not, OneOf, Prefix, Search
from partnertui.kit.declare import kinds
from partnertui.kit.declare.kinds.phone_numbers_and_addresses import NO_NUMBER
from partnertui.kit.declare.page import Column
from partnertui.kit.declare.query import Term, complete, parse, rewrite, spans, split, unparse
from partnertui.screens.shared.sip_kinds import Code

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Status(StrEnum):
    TRIAL = "trial"
    ACTIVE = "active"
    PART_REFUNDED = "part_refunded"


COLUMNS = (
    Column("id", kinds.Identifier()),
    Column("company", kinds.Text()),
    Column("status", kinds.Choice(Status, groups=(("ended", ("trial", "part_refunded")),), left_out="not active")),
    Column("enabled", kinds.Flag()),
    Column("credit", kinds.Money()),
    Column("mos", kinds.Hundredths()),
    Column("duration", kinds.Seconds()),
    Column("pdd", kinds.Milliseconds()),
    Column("number", kinds.Number()),
    Column("caller", kinds.Number(caller=True)),
    Column("sip", Code()),
    Column("ip", kinds.Ip()),
    Column("country", kinds.Country()),
    Column("tags", kinds.Tags(("vip", "fraud"))),
    Column("started", kinds.Time()),
    Column("due", kinds.Date()),
)
FIELDS = ("company", "number")


TRIAL = Equals("status", Status.TRIAL)
NATIONAL = AnyOf(
    (Contains("company", "0191 498 0777"), Prefix("number", "441914980777"), Prefix("number", "01914980777"))
)
WITHHELD = AnyOf((Missing("caller"), OneOf("caller", NO_NUMBER)))


def read(text: str, search: tuple[str, ...] = FIELDS) -> tuple[object, ...]:
    parsed = parse(text, COLUMNS, search, NOW, "GB")
    assert parsed.mistake is None, parsed.mistake
    return parsed.criteria


def marked(text: str) -> tuple[str, str]:
    """The marked part of a line that is wrong, and the sentence."""
    mistake = parse(text, COLUMNS, FIELDS, NOW, "GB").mistake
    assert mistake is not None
    return text[mistake.start : mistake.end], mistake.message


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("", ()),
        ("ann  lee", (Search(FIELDS, "ann"), Search(FIELDS, "lee"))),
        ('"ann lee"', (Search(FIELDS, "ann lee"),)),
        ('-acme -"b c"', (Not(Search(FIELDS, "acme")), Not(Search(FIELDS, "b c")))),
        ("+44(20)7946", (AnyOf((Contains("company", "+44(20)7946"), Prefix("number", "44207946"))),)),
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
        ("status=active company=Acme", (Equals("status", Status.ACTIVE), Equals("company", "Acme"))),
        ("id=5 enabled=no country=DE", (Between("id", 5, 6), Equals("enabled", False), Equals("country", "DE"))),
        ("ann or lee", (AnyOf((Search(FIELDS, "ann"), Search(FIELDS, "lee"))),)),
        ('ann "or" lee', (Search(FIELDS, "ann"), Search(FIELDS, "or"), Search(FIELDS, "lee"))),
        ("x id:3 OR status:trial y", (Search(FIELDS, "x"), AnyOf((Between("id", 3, 4), TRIAL)), Search(FIELDS, "y"))),
        ("id:3 or -id:4 or id:5", (AnyOf((Between("id", 3, 4), Not(Between("id", 4, 5)), Between("id", 5, 6))),)),
        ("status:part refunded ann", (Equals("status", Status.PART_REFUNDED), Search(FIELDS, "ann"))),
        ("status:part refunded,trial", (OneOf("status", (Status.PART_REFUNDED, Status.TRIAL)),)),
        ("country:united kingdom", (Equals("country", "GB"),)),
        ("status:ended", (OneOf("status", (Status.TRIAL, Status.PART_REFUNDED)),)),
        ("number:0191 498 0777", (AnyOf((Prefix("number", "441914980777"), Prefix("number", "01914980777"))),)),
        ("number:(0191)498-0777", (AnyOf((Prefix("number", "441914980777"), Prefix("number", "01914980777"))),)),
        ("number:+44 (0)191.498", (Prefix("number", "44191498"),)),
        ("number=0191 498 0777", (OneOf("number", ("441914980777", "01914980777")),)),
        ("number:0191", (AnyOf((Prefix("number", "44191"), Contains("number", "0191"))),)),
        ("number:498 x", (Contains("number", "498"), Search(FIELDS, "x"))),
        ("0191 498 0777", (NATIONAL,)),
        ('"0191 498 0777"', (NATIONAL,)),
        ("-0191 498 0777", (Not(NATIONAL),)),
        ("100 200", (Search(FIELDS, "100"), Search(FIELDS, "200"))),
        ("caller:anonymous", (WITHHELD,)),
        ("-caller:Withheld", (Not(WITHHELD),)),
    ],
)
def test_what_is_typed_is_what_is_meant(text: str, criteria: tuple[object, ...]) -> None:
    assert read(text) == criteria


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("a statsu:active b", "statsu:", "“statsu” isn't a column here; did you mean “status:”?"),
        ("state:activ x", "activ", "in state, “activ” isn't one of the values; did you mean “active”?"),
        ("mos>x", "x", "in mos, “x” isn't a number"),
        ("sip:7xx", "7xx", "in sip, “7xx” isn't a whole number"),
        ("or a", "or", "missing before “or”"),
        ("a or or b", "or", "missing before “or”"),
        ("a or", "or", "a term is missing after “or”"),
        ("status=ended", "ended", "isn't one of the values"),
        ("status:activ x", "activ", "did you mean “active”?"),
        ("status:", ":", "a value is missing after status: as in status:trial, status:active"),
        ("id>", ">", "a value is missing after id>"),
        ("id>x", "x", "“x” isn't a whole number"),
        ("status>x", ">x", "“status” can't be compared"),
        ("id:9..3", "9..3", "the range ends before it starts"),
        ('company:"a b', '"a b', "a quotation mark is missing"),
        ("started:2026-13-01", "2026-13-01", "use 2026-11-20"),
        ("company:a\x00b", "a\x00b", "can't occur in any row"),
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
    st.sampled_from(["or", " or ", "last week", "monday", "yesterday 14:00..", "0191 498", "+44 (0)", "no", "(0191)"]),
    st.sampled_from(["active", "today", "3d", "12:30", "2026-11", "1.5", "99999999999999999999", "yes", "GB", "1e9"]),
    st.text(max_size=4),
)
LINE = st.one_of(st.text(max_size=60), st.lists(FRAGMENT, max_size=12).map("".join))


@given(LINE, st.sampled_from(["", "GB", "IT", "US", "ZZ"]))
@example("started:0001-01-01", "GB")
@example("started:9999-12-31..", "GB")
@example("due:9999-12-31", "GB")
@example("due:9999-12", "GB")
@example("started:999999w", "GB")
@example("credit:99999999999999999999999", "GB")
@example("id:²", "GB")
@example("mos:١.٥", "GB")
def test_parse_never_raises_and_says_where_it_is_wrong(line: str, country: str) -> None:
    parsed = parse(line, COLUMNS, FIELDS, NOW, country)
    if parsed.mistake is not None:
        assert 0 <= parsed.mistake.start < parsed.mistake.end <= len(line)
        assert parsed.mistake.message


@given(LINE)
def test_a_line_put_together_again_means_the_same(line: str) -> None:
    parsed = parse(line, COLUMNS, FIELDS, NOW, "GB")
    again = parse(unparse(parsed.terms), COLUMNS, FIELDS, NOW, "GB")
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


@pytest.mark.parametrize(
    ("text", "unfinished"),
    [
        ("status:", True),
        ("status:act", True),
        ("status:trial,act", True),
        ("status:part ", True),
        ("status:part ref", True),
        ("status:act ann", False),
        ("status:xyz", False),
        ("statsu:", False),
        ('company:"a b', True),
        ("ann or", True),
        ("or", False),
        ("id:9..3", True),
        ("id:9..3 x", False),
        ("id:x", False),
        ("credit>-", True),
        ("credit>1.", None),
        ("duration:1:", True),
        ("started:2", True),
        ("started:2026-1", True),
        ("started:2026-13", False),
        ("started:last", True),
        ("started:last w", True),
        ("started:last x", False),
        ("started:yest", True),
        ("started:yesterday 14", True),
        ("started:yesterday 14:00..1", True),
        ("started:2026-11-01..", None),
        ("started:2026-11-01.", True),
        ("started:31.", True),
        ("due:mon", None),
        ("due:mond", True),
        ("country:Germ", None),
        ("country:unit", True),
        ("country:Atlantis", False),
        ("caller:withh", True),
        ("caller:xyz", False),
        ("number:+", True),
        ("sip:4", None),
        ("sip:4x", True),
        ("enabled:ye", True),
    ],
)
def test_an_unfinished_value_is_no_mistake_yet(text: str, unfinished: bool | None) -> None:
    """True: quiet until Enter; False: wrong whatever follows; None: right as it is."""
    mistake = parse(text, COLUMNS, FIELDS, NOW, "GB").mistake
    assert (mistake and mistake.unfinished) == unfinished


def test_a_list_of_numbers_understands_words_as_values() -> None:
    """Words can't be in a number: they are the value of a column, or a mistake that names one."""
    numbers = ("number", "caller")
    assert read("active", numbers) == (Equals("status", Status.ACTIVE),)
    assert read("withheld", numbers) == (WITHHELD,)
    assert read("0044 191", numbers) == (AnyOf((Prefix("number", "44191"), Prefix("caller", "44191"))),)
    mistake = parse("ann", COLUMNS, numbers, NOW).mistake
    assert mistake is not None
    assert mistake.message == "only numbers can be searched here: put a column name before “ann”, as in status:trial"
    begun = parse("sta", COLUMNS, numbers, NOW).mistake
    assert begun is not None
    assert begun.unfinished


def test_what_a_group_leaves_out_is_said() -> None:
    assert parse("status:ended", COLUMNS, FIELDS, NOW).remarks == ("ended finds trial, part refunded; not active",)
    assert parse("status:active", COLUMNS, FIELDS, NOW).remarks == ()


def test_classes_of_codes() -> None:
    assert read("sip:4xx") == (Between("sip", 400, 500),)
    assert read("sip>=5XX") == (Between("sip", 500, None),)
    assert read("sip:404,5xx") == (AnyOf((Between("sip", 404, 405), Between("sip", 500, 600))),)
    assert read("sip:404,486") == (OneOf("sip", (404, 486)),)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("monday", "2026-11-23", "2026-11-24"),
        ("last monday", "2026-11-16", "2026-11-17"),
        ("last-monday", "2026-11-16", "2026-11-17"),
        ("next monday", "2026-11-30", "2026-12-01"),
        ("sunday", "2026-11-22", "2026-11-23"),
        ("Sun 20:00", "2026-11-22T20:00", "2026-11-22T20:01"),
        ("this friday", "2026-11-27", "2026-11-28"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last month", "2026-10-01", "2026-11-01"),
        ("next month", "2026-12-01", "2027-01-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("yesterday 14:00..16:00", "2026-11-22T14:00", "2026-11-22T16:01"),
        ("yesterday 22:00..02:00", "2026-11-22T22:00", "2026-11-23T02:01"),
        ("2026-11-20 8pm..9:30pm", "2026-11-20T20:00", "2026-11-20T21:31"),
        ("monday..today", "2026-11-23", "2026-11-24"),
        ("last week..", "2026-11-16", None),
        ("12am", "2026-11-23T00:00", "2026-11-23T00:01"),
    ],
)
def test_days_and_times_as_people_say_them(typed: str, low: str, high: str | None) -> None:
    """Today is Monday, 23 November 2026; blanks need no quotation marks."""
    expected = Between("started", local(low), local(high) if high is not None else None)
    assert read(f"started:{typed}") == (expected,)
    assert read(f'started:"{typed}" ann') == (expected, Search(FIELDS, "ann"))
    assert read(f"started:{typed} ann") == (expected, Search(FIELDS, "ann"))


def test_several_days_and_ages() -> None:
    monday, friday = (local("2026-11-23"), local("2026-11-24")), (local("2026-11-20"), local("2026-11-21"))
    assert read("started:monday,friday") == (AnyOf((Between("started", *monday), Between("started", *friday))),)
    assert read("started:24h") == (Between("started", NOW - timedelta(hours=24), None),)
    assert read("started:today 14:30") == (Between("started", local("2026-11-23T14:30"), local("2026-11-23T14:31")),)


def test_planned_weekdays_are_the_coming_ones() -> None:
    ahead = kinds.Time(ahead=True)
    assert ahead.span("sunday 20:00", NOW)[0] == local("2026-11-29T20:00")
    assert ahead.span("monday", NOW)[0] == local("2026-11-23")
    assert kinds.Time().span("sunday 20:00", NOW)[0] == local("2026-11-22T20:00")


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
        ("status:|", "status:trial"),
        ("enabled:|", "enabled:yes"),
        ("started:la|", 'started:"last week"'),
        ("a or sta|", "a or status:"),
        ("country:ger|", "country:Germany"),
        ("sip:|", "sip:2xx"),
        ("x |", "x id:"),
    ],
)
def test_tab_completes(text: str, after: str) -> None:
    assert completed(text) == after


def test_a_filter_from_the_header_is_written_into_the_same_line() -> None:
    assert rewrite("acme status:trial  -id>5", "status", "status:active") == "acme status:active -id>5"
    assert rewrite("acme", "status", "status:active") == "acme status:active"
    assert rewrite("status:trial acme -status:active", "status", "") == "acme"
    assert rewrite("a status:trial or status:active b", "status", "status:x") == "a status:x b"
    assert rewrite("status:trial or id:5 or a", "status", "") == "id:5 or a"
    assert rewrite("a or status:trial c", "status", "") == "a c"
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
