"""What happens to a call: rules by time, number and caller; groups, menus, loops and what is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.pbx_enums import RingStrategy, RuleDirection, TargetType
from partnertui.domain.routing.customer_pbx import Goal, Group, Menu, Person, Plan, Rule
from partnertui.domain.routing.explain import MOST, explain, sentence
from partnertui.domain.routing.patterns import matches, pattern_words
from partnertui.domain.routing.times import read_times

ANN, BEN = Person(1, "Ann", "201"), Person(2, "Ben", "202", active=False)
SALES = Group(7, "Sales", RingStrategy.LINEAR, 20, (ANN, BEN), Goal(TargetType.VOICEMAIL, 1))
MENU = Menu(
    9,
    "Main",
    5,
    2,
    (
        ("1", Goal(TargetType.RING_GROUP, 7)),
        ("2", Goal(TargetType.IVR, 9)),
        ("t", Goal(TargetType.USER, 99, "Old Bob")),
    ),
)
OPEN = Rule(1, "Open", RuleDirection.INBOUND, 10, Goal(TargetType.RING_GROUP, 7), "mon-fri 9-17", "Europe/London")
NIGHT = Rule(2, "Night", RuleDirection.INBOUND, 90, Goal(TargetType.IVR, 9))
PLAN = Plan((NIGHT, OPEN), {7: SALES}, {9: MENU}, {1: ANN, 2: BEN}, {"442079460000": Goal(TargetType.USER, 1)})
MONDAY = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def told(plan: Plan, number: str = "442079460000", caller: str = "33123456789", when: datetime = MONDAY) -> str:
    return "\n".join("  " * step.depth + step.text for step in explain(plan, number, caller, when))


def test_by_day_the_group_rings_then_voicemail() -> None:
    assert (
        told(PLAN)
        == """\
+44 20 7946 0000 is one of this customer's numbers, so the call is inbound.
Rule 10 “Open” applies: inbound calls to any number on weekdays, 9:00 to 17:00 \
(Europe/London) go to the ring group “Sales”.
  the ring group “Sales” rings its members one after the other, always starting with the first, for 20 s:
    1. 201 Ann
    2. 202 Ben (not active: doesn't ring)
  when nobody answers:
    the voicemail of 201 Ann takes a message"""
    )


def test_at_night_the_menu_with_its_loop_and_what_is_gone() -> None:
    way = told(PLAN, when=datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
    why = "it only applies on weekdays, 9:00 to 17:00, but it's Monday 17:00 in Europe/London."
    assert f"Rule 10 “Open” doesn't apply: {why}" in way
    assert "    digit 2:\n      back to the IVR “Main”: a loop" in way
    assert "    no digit in time:\n      to user Old Bob, which no longer exists: the call fails" in way


def test_summer_time_counts_by_the_wall_clock() -> None:
    """Clocks in London go forward on 29 March 2026: 8:30 UTC is 8:30 before and 9:30 after."""
    assert "doesn't apply" in told(PLAN, when=datetime(2026, 3, 27, 8, 30, tzinfo=UTC))
    assert "doesn't apply" not in told(PLAN, when=datetime(2026, 3, 30, 8, 30, tzinfo=UTC))


def test_without_rules_the_number_s_own_route() -> None:
    assert told(Plan(people={1: ANN}, numbers=PLAN.numbers)).endswith(
        "There is no rule for inbound calls.\nThe number's own route applies.\n  the user 201 Ann rings"
    )


def test_outgoing_calls_ask_outgoing_rules() -> None:
    block = Rule(3, "Premium", RuleDirection.OUTBOUND, 1, Goal(TargetType.HANG_UP), number_pattern="44909*")
    plan = Plan((*PLAN.rules, block), PLAN.groups, PLAN.menus, PLAN.people, PLAN.numbers)
    assert told(plan, "449098790000").endswith("  the switch hangs up")
    assert told(plan, "442079461111").endswith("No rule applies.\n  The call goes out to the public network.")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"enabled": False}, "it is disabled"),
        ({"caller_pattern": "44*"}, "it is for calls from numbers beginning with +44"),
        ({"number_pattern": "1*"}, "it is for calls to numbers beginning with +1"),
        ({"time_zone": "Mars/Olympus"}, "its time zone “Mars/Olympus” doesn't exist"),
        ({"time_condition": "someday"}, "its time condition isn't valid: “someday” isn't a day of the week"),
    ],
)
def test_why_a_rule_does_not_apply(change: dict[str, object], words: str) -> None:
    import dataclasses

    plan = dataclasses.replace(PLAN, rules=(dataclasses.replace(OPEN, **change),))  # type: ignore[arg-type]
    assert words in told(plan)
    assert sentence(plan, plan.rules[0])


def test_a_plan_made_to_explode_ends_and_says_so() -> None:
    menus = {
        n: Menu(n, str(n), 1, 1, tuple((str(d), Goal(TargetType.IVR, (n + d + 1) % 40)) for d in range(10)))
        for n in range(40)
    }
    way = explain(Plan(menus=menus, numbers={"1": Goal(TargetType.IVR, 0)}), "1", "", MONDAY)
    assert len(way) < MOST + 10
    assert way[-1].text.startswith("and so on")


@pytest.mark.parametrize("kind", ["USER", "VOICEMAIL", "RING_GROUP", "IVR", "CONFERENCE", "SOUND"])
def test_what_is_no_longer_there_is_said_for_every_kind(kind: str) -> None:
    way = told(Plan(numbers={"442079460000": Goal(TargetType[kind], 5, "Old one")}))
    assert way.endswith("Old one, which no longer exists: the call fails")


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (Goal(TargetType.CONFERENCE, 3), "  to the conference “Monday”"),
        (Goal(TargetType.SOUND, 4), "  to the sound “Closed today”"),
        (Goal(TargetType.EXTERNAL, None, "442079461111"), "  to the external number +44 20 7946 1111"),
        (Goal(TargetType.USER, 2), "  the user 202 Ben isn't active: nothing rings"),
        (Goal(TargetType.VOICEMAIL, 1), "  the voicemail of 201 Ann takes a message"),
        (Goal(TargetType.HANG_UP), "  the switch hangs up"),
        (Goal(TargetType.NONE), "  nowhere: the caller hears that the number can't be reached"),
    ],
)
def test_every_end_is_told(goal: Goal, words: str) -> None:
    plan = Plan(people=PLAN.people, numbers={"442079460000": goal}, rooms={3: "Monday"}, sounds={4: "Closed today"})
    assert told(plan).endswith(words)


def test_a_number_that_is_not_active_gets_no_call() -> None:
    plan = Plan(people={1: ANN}, numbers=PLAN.numbers, resting={"442079460000": "quarantined"})
    assert "\nThe number is quarantined: no calls reach it. If it were active:\n" in told(plan)


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (
            Group(7, "Sales", RingStrategy.RING_ALL, 20, (ANN,)),
            "rings its members all at once, for 20 s:\n    • 201 Ann",
        ),
        (Group(7, "Sales", RingStrategy.RANDOM, 9, ()), "has no members: nothing rings"),
        (Group(7, "Sales", RingStrategy.LINEAR, 9, (ANN,), enabled=False), "is disabled"),
    ],
)
def test_a_ring_group_says_how_it_rings(group: Group, words: str) -> None:
    way = told(Plan(groups={7: group}, numbers={"442079460000": Goal(TargetType.RING_GROUP, 7)}))
    assert f"the ring group “Sales” {words}" in way
    assert "when nobody answers:\n    nowhere" in way


def test_groups_that_pass_calls_to_each_other_are_a_loop() -> None:
    one = Group(7, "One", RingStrategy.LINEAR, 20, (ANN,), Goal(TargetType.RING_GROUP, 8))
    two = Group(8, "Two", RingStrategy.LINEAR, 20, (ANN,), Goal(TargetType.RING_GROUP, 7))
    way = told(Plan(groups={7: one, 8: two}, numbers={"442079460000": Goal(TargetType.RING_GROUP, 7)}))
    assert way.endswith("back to the ring group “One”: a loop that the caller can't get out of")


# times


@pytest.mark.parametrize(
    ("text", "moment", "holds"),
    [
        ("", (2026, 3, 1, 3, 0), True),
        ("mon-fri 9-17", (2026, 3, 6, 16, 59), True),
        ("mon-fri 9-17", (2026, 3, 6, 17, 0), False),
        ("mon-fri 9-17; sat 10-12:30", (2026, 3, 7, 12, 29), True),
        ("fri 22-6", (2026, 3, 7, 5, 59), True),
        ("fri 22-6", (2026, 3, 6, 5, 59), False),
        ("sat-mon", (2026, 3, 2, 0, 0), True),
        ("mon,wed 9-12,13-17", (2026, 3, 4, 12, 30), False),
        ("0-24", (2026, 3, 4, 23, 59), True),
    ],
)
def test_times(text: str, moment: tuple[int, ...], holds: bool) -> None:
    assert read_times(text).holds(datetime(*moment)) is holds  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["9-25", "mon 9-9", "noday 9-17", "mon-fri nine", "m 9-17", "9:60-10", "mon 9-17 18-"])
def test_times_that_cannot_be_are_said(text: str) -> None:
    with pytest.raises(DomainError, match=r"a day of the week|time range"):
        read_times(text)


days = st.sampled_from(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
clauses = st.builds(lambda a, b, s, e: f"{a}-{b} {s}-{e}", days, days, st.integers(0, 11), st.integers(12, 24))


@given(st.lists(clauses, min_size=1, max_size=4))
def test_any_condition_of_the_grammar_is_read_and_said(parts: list[str]) -> None:
    condition = read_times("; ".join(parts))
    assert len(condition.spans) == len(parts)
    assert condition.words()


@given(days, days, st.integers(0, 23), st.integers(1, 24), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_a_condition_holds_in_its_hours_alone(first: str, last: str, start: int, end: int, at: datetime) -> None:
    """Every minute of the week by hand: days from first to last, around Sunday; an end before the start is next day."""
    assume(start != end)
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    begin, count = week.index(first), (week.index(last) - week.index(first)) % 7 + 1
    open_hours = {
        ((begin + day) % 7 * 24 + start + hour) % 168
        for day in range(count)
        for hour in range(end - start if start < end else end - start + 24)
    }
    assert read_times(f"{first}-{last} {start}-{end}").holds(at) == (at.weekday() * 24 + at.hour in open_hours)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read_times(text)
    except DomainError as error:
        told = str(error)
        assert told


# numbers


@pytest.mark.parametrize(
    ("pattern", "number", "fits"),
    [
        (None, "", True),
        ("*", "44", True),
        ("4420*", "442079460000", True),
        ("+44 20*", "442079460000", True),
        ("4420*", "44113", False),
        ("44207946????", "442079460000", True),
        ("44207946???", "442079460000", False),
        ("1*,33*", "33123", True),
        ("anonymous", "", True),
        ("anonymous", "44", False),
        ("44*", "", False),
    ],
)
def test_patterns(pattern: str | None, number: str, fits: bool) -> None:
    assert matches(pattern, number) is fits
    assert pattern_words(pattern)


@given(st.text(max_size=30), st.text(alphabet="0123456789", max_size=15))
def test_any_pattern_is_survived(pattern: str, number: str) -> None:
    assert matches(pattern, number) in (True, False)
