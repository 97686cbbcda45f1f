"""What a call costs: increments, minimum, minutes, one rounding; and the longest prefix that is valid on its day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.rating.charge_explanation import compared_words, short_number, sum_words, unpriced_words
from partnertui.domain.rating.charges import Charge, Minutes, amount_of, billed_seconds, charge_of
from partnertui.domain.rating.price_table import CallPrice, CallTerms, PriceTable, day_of
from partnertui.domain.rating.rating_state import RatingState

SECONDS = st.integers(0, 200_000)
TERMS = st.builds(
    CallTerms,
    st.just("Germany"),
    st.just("49"),
    st.just("EUR"),
    per_minute=st.integers(0, 10**9),
    per_call=st.one_of(st.just(0), st.integers(0, 10**8)),
    minimum=st.one_of(st.just(0), st.integers(0, 10**8)),
    first_seconds=st.integers(1, 3600),
    step_seconds=st.integers(1, 3600),
    unlimited=st.booleans(),
)


@pytest.mark.parametrize(
    ("duration", "first", "step", "billed"),
    [
        (0, 60, 60, 0),
        (1, 60, 60, 60),
        (60, 60, 60, 60),
        (61, 60, 60, 120),
        (1, 30, 6, 30),
        (30, 30, 6, 30),
        (31, 30, 6, 36),
        (42, 30, 6, 42),
        (61, 1, 1, 61),
    ],
)
def test_increments(duration: int, first: int, step: int, billed: int) -> None:
    assert billed_seconds(duration, first, step) == billed


def test_b3b_an_unanswered_call_costs_nothing_and_uses_no_minutes() -> None:
    terms = CallTerms("Germany", "49", "EUR", 12_000, first_seconds=30, step_seconds=6, unlimited=True)
    minutes = Minutes(60)
    charge = charge_of(terms, 0, minutes.seconds)
    assert charge == Charge(RatingState.RATED, 0, 0, 0)
    assert minutes.less(charge.covered_seconds) == Minutes(60)


def test_the_sum_is_rounded_once_and_half_away_from_zero() -> None:
    # 0.012345 a minute, 1 s, and a fee: 205.75 + 0.5 of a micro-unit would be lost if the parts were rounded apart
    terms = CallTerms("Germany", "49", "EUR", 12_345, per_call=0, first_seconds=1)
    assert charge_of(terms, 2).amount == 412, "411.5"
    assert charge_of(CallTerms("x", "4", "EUR", 30, first_seconds=1), 1).amount == 1, "0.5"


def test_minutes_cover_a_part_and_the_rest_is_charged() -> None:
    terms = CallTerms("Germany", "49", "EUR", 60_000, per_call=5_000, first_seconds=60, step_seconds=60, unlimited=True)
    assert charge_of(terms, 130, 60) == Charge(RatingState.RATED, 120_000 + 5_000, 180, 60)
    assert charge_of(terms, 130, 180) == Charge(RatingState.INCLUDED, 0, 180, 180)
    free = CallTerms("Freephone", "44808", "EUR", 0, unlimited=True)
    assert charge_of(free, 130, 600) == Charge(RatingState.FREE, 0, 130, 0), "what is free uses no minutes"


def test_seconds_of_a_minute_are_kept() -> None:
    minutes = Minutes(2)
    for used, rest in ((10, Minutes(2, 10)), (49, Minutes(2, 59)), (1, Minutes(1, 0)), (61, Minutes(0, 0))):
        minutes = minutes.less(used)
        assert minutes == rest
    assert Minutes(1).less(-30) == Minutes(2, 30), "given back"


@given(TERMS, SECONDS, SECONDS, SECONDS)
def test_a_longer_call_never_costs_less(terms: CallTerms, one: int, other: int, left: int) -> None:
    shorter, longer = sorted((one, other))
    assert charge_of(terms, shorter, left).amount <= charge_of(terms, longer, left).amount


@given(TERMS, st.integers(1, 200_000), SECONDS)
def test_the_sum_of_its_parts(terms: CallTerms, duration: int, left: int) -> None:
    charge = charge_of(terms, duration, left)
    assert charge.billed_seconds >= duration
    assert charge.billed_seconds - duration < max(terms.first_seconds, terms.step_seconds)
    if charge.covered_seconds == charge.billed_seconds or charge.state == RatingState.FREE:
        assert charge.amount == 0
        return
    time = Fraction(terms.per_minute * (charge.billed_seconds - charge.covered_seconds), 60)
    exact = max(time + terms.per_call, Fraction(terms.minimum))
    assert abs(charge.amount - exact) <= Fraction(1, 2)
    assert charge.amount == amount_of(terms, charge.billed_seconds, charge.covered_seconds)


@given(TERMS, st.lists(st.integers(0, 5000), max_size=20), st.integers(0, 500))
def test_minutes_are_never_negative_and_none_is_lost(terms: CallTerms, calls: list[int], start: int) -> None:
    minutes, covered = Minutes(start), 0
    for duration in calls:
        charge = charge_of(terms, duration, minutes.seconds)
        minutes = minutes.less(charge.covered_seconds)
        covered += charge.covered_seconds
        assert minutes.left >= 0
        assert 0 <= minutes.seconds_used < 60
    assert minutes.seconds == start * 60 - covered


DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 20)))
PRICES = st.lists(st.tuples(st.text("0123", min_size=1, max_size=5), DAYS, DAYS), max_size=30)


@given(PRICES, st.text("0123", min_size=1, max_size=8), st.dates(date(2026, 1, 1), date(2026, 1, 20)))
def test_the_longest_valid_prefix_as_by_looking_at_all(
    rows: list[tuple[str, date | None, date | None]], number: str, day: date
) -> None:
    prices = [
        CallPrice(CallTerms(str(at), prefix, "EUR", 1), at, 1, "list", first, last)
        for at, (prefix, first, last) in enumerate(rows)
    ]
    found = PriceTable("EUR", prices).find(number, day)
    fitting = [one for one in prices if number.startswith(one.terms.prefix) and one.is_valid(day)]
    if not fitting:
        assert found is None
        return
    assert found in fitting
    assert len(found.terms.prefix) == max(len(one.terms.prefix) for one in fitting)


def test_the_day_is_the_customers() -> None:
    moment = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert day_of(moment, "Europe/Berlin") == date(2026, 3, 2)
    assert day_of(moment, "no such zone") == date(2026, 3, 1)
    ends = CallPrice(CallTerms("old", "49", "EUR", 1), valid_to=date(2026, 3, 1))
    begins = CallPrice(CallTerms("new", "49", "EUR", 2), valid_from=date(2026, 3, 2))
    table = PriceTable("EUR", [ends, begins])
    for day, name in ((date(2026, 3, 1), "old"), (date(2026, 3, 2), "new")):
        price = table.find("4930", day)
        assert price is not None
        assert price.terms.name == name
    assert not ends.is_valid(ends.valid_to + timedelta(days=1) if ends.valid_to else date.max)


@given(TERMS, st.integers(0, 100_000), SECONDS)
def test_the_words_end_with_the_charge(terms: CallTerms, duration: int, left: int) -> None:
    from partnertui.domain.money import format_money

    charge = charge_of(terms, duration, left)
    words = list(sum_words(terms, duration, charge))
    shown = {format_money(charge.amount, "EUR", exact=exact) for exact in (False, True)}
    assert any(text in words[-1] for text in shown), words


def test_words() -> None:
    terms = CallTerms("Germany", "49", "EUR", 12_345, 10_000, 0, 30, 6, True)
    words = list(sum_words(terms, 61, charge_of(terms, 61, 0)))
    assert words == [
        "The call lasted 61 s; 30 s and 6 × 6 s make 66 s billed.",
        "The customer's included minutes would cover it, but none were left.",
        "66 s ÷ 60 × 0.012345 EUR = 0.0135795 EUR; plus the connection fee of 0.01 EUR = 0.0235795 EUR.",
        "Rounded once, to a millionth: €0.02358.",
    ]
    assert short_number("88213123456") == "+88213…"
    day = date(2026, 3, 1)
    assert next(unpriced_words(RatingState.NO_PRICE, "88213123456", "Calls", "EUR", day)).startswith(
        "No price for +882"
    )
    for state in (None, *RatingState):
        assert all(unpriced_words(state, "49301234567", "Calls", "EUR", day))
    assert compared_words(10, 10, "EUR") == "The same amount."
    assert compared_words(10_000, 30_000, "EUR") == "€0.02 more than the charge."
