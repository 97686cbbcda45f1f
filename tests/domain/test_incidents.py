"""Incidents are found with their fifth failure and named rightly; ordinary failures are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from partnertui.domain.incidents import WINDOW, Attempt, Incident, SharedBy, find_incidents, has_recovered

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
CARRIERS = ("203.0.113.10", "203.0.113.20", "203.0.113.30")
PREFIXES = ("44207", "44161", "4930", "4989", "33140", "1212")
MODELS = ("Yealink SIP-T46U", "snomD735", "Fanvil X4", "Bria 6")
NETWORKS = ("198.51.100.0/24", "192.0.2.0/24", "203.0.113.128/25")


def attempt(random: Random, number: int, at: datetime, **given: str) -> Attempt:
    """A call as a platform of some size has it."""
    prefix = given.get("prefix") or random.choice(PREFIXES)
    called = f"{prefix}{random.randrange(10**6):06}"
    return Attempt(
        number,
        at,
        given.get("verdict", ""),
        called,
        {
            SharedBy.CARRIER: (given.get("carrier") or random.choice(CARRIERS),),
            SharedBy.PREFIX: tuple(called[:length] for length in range(2, 6)),
            SharedBy.PHONE_MODEL: (given.get("model") or random.choice(MODELS),),
            SharedBy.NETWORK: (given.get("network") or random.choice(NETWORKS),),
            SharedBy.SERVER: (given.get("server") or random.choice(("sip1", "sip2")),),
        },
        random.randrange(1, 40),
    )


def ordinary(random: Random, count: int, rate: float = 0.03) -> Iterator[Attempt]:
    """Calls of an hour, of which a few fail for reasons of their own."""
    for number in range(count):
        verdict = random.choice(("404 Not Found", "480 Temporarily Unavailable", "503 Service Unavailable"))
        at = START + timedelta(seconds=3600 * number / count)
        yield attempt(random, number, at, verdict=verdict if random.random() < rate else "")


def found_in(attempts: list[Attempt], now: datetime) -> list[Incident]:
    """What the search finds at a moment."""
    return find_incidents([one for one in attempts if now - WINDOW < one.at <= now], now)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("calls", [120, 2000])
def test_nothing_is_invented_in_an_hour_of_ordinary_failures(seed: int, calls: int) -> None:
    attempts = list(ordinary(Random(seed), calls))
    for half_minute in range(140):
        assert found_in(attempts, START + timedelta(seconds=30 * half_minute)) == []


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (SharedBy.CARRIER, {"carrier": CARRIERS[1]}),
        (SharedBy.PREFIX, {"prefix": "44161"}),
        (SharedBy.NETWORK, {"network": NETWORKS[1]}),
        (SharedBy.PHONE_MODEL, {"model": MODELS[2]}),
        (SharedBy.SERVER, {"server": "sip2"}),
    ],
)
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("calls", [600, 6000])
def test_it_is_found_with_its_fifth_failure(kind: SharedBy, given: dict[str, str], seed: int, calls: int) -> None:
    random = Random(seed)
    broken = START + timedelta(minutes=30)
    fine = [one for one in ordinary(random, calls) if one.at < broken]
    [value] = given.values()
    rest = [attempt(random, 20_000 + n, broken + timedelta(seconds=3600 * n / calls)) for n in range(calls // 6)]
    failing = [one for one in rest if any(value == text for text in one.shares[kind])]
    broke = [replace(one, verdict="503 Service Unavailable") for one in failing]
    attempts = [*fine, *(one for one in rest if one not in failing), *broke]
    for fifth in broke[4:]:  # the chance of five may not be enough where few calls share the value, but soon is
        found = found_in(attempts, fifth.at + timedelta(minutes=1))
        if found:
            break
    assert [(one.shared_by, one.value) for one in found] == [(kind, value)]
    assert fifth.at - broke[4].at <= timedelta(minutes=1)


def test_one_person_who_redials_is_no_incident() -> None:
    redialled = [
        Attempt(number, START + timedelta(seconds=number), "404 Not Found", "442071838750", {SharedBy.CARRIER: ("c",)})
        for number in range(20)
    ]
    assert find_incidents(redialled, START + timedelta(seconds=30)) == []


def test_an_office_that_redials_wrong_numbers_is_no_incident() -> None:
    """Three wrong numbers, each again and again, are more than half of its calls; five numbers are one."""
    random = Random(2)

    def wrong(numbers: int) -> list[Attempt]:
        one = [attempt(random, n, START, network=NETWORKS[0], verdict="404 Not Found") for n in range(numbers * 3)]
        return [
            replace(each, party=f"wrong {n % numbers}", shares={SharedBy.NETWORK: (NETWORKS[0],)}, is_about_number=True)
            for n, each in enumerate(one)
        ]

    fine = [attempt(random, 100 + n, START, network=NETWORKS[1 if n % 6 else 0]) for n in range(30)]
    assert find_incidents([*wrong(3), *fine], START + timedelta(seconds=1)) == []
    [found] = find_incidents([*wrong(6), *fine], START + timedelta(seconds=1))
    assert (found.shared_by, found.value) == (SharedBy.NETWORK, NETWORKS[0])


def test_what_always_fails_is_no_news() -> None:
    random = Random(1)
    broken = [
        attempt(random, n, START, verdict="404 Not Found", prefix="882", carrier=CARRIERS[n % 3]) for n in range(9)
    ]
    fine = [attempt(random, 100 + n, START) for n in range(60)]
    rates = {(SharedBy.PREFIX, "882"[:length]): 1.0 for length in (2, 3)}
    rates |= {(SharedBy.PREFIX, text): 1.0 for one in broken for text in one.shares[SharedBy.PREFIX]}
    assert find_incidents([*broken, *fine], START, rates) == []
    assert find_incidents([*broken, *fine], START)[0].shared_by == SharedBy.PREFIX


def test_two_at_the_same_time_are_told_apart() -> None:
    random = Random(3)
    carrier = [
        attempt(random, n, START, verdict="503 Service Unavailable", carrier="203.0.113.20", prefix=PREFIXES[n % 4])
        for n in range(8)
    ]
    model = [
        attempt(random, 50 + n, START, verdict="488 Not Acceptable Here", model="Fanvil X4", carrier=CARRIERS[0])
        for n in range(8)
    ]
    fine = [attempt(random, 100 + n, START, carrier=CARRIERS[0], model=MODELS[0]) for n in range(40)]
    found = find_incidents([*carrier, *model, *fine], START)
    assert {(one.shared_by, one.verdict) for one in found} == {
        (SharedBy.CARRIER, "503 Service Unavailable"),
        (SharedBy.PHONE_MODEL, "488 Not Acceptable Here"),
    }


def test_it_is_over_when_calls_get_through_again() -> None:
    random = Random(5)
    failures = tuple(attempt(random, n, START, verdict="503", carrier="c") for n in range(5))
    incident = Incident(SharedBy.CARRIER, "c", "503", failures, 5)
    later = [attempt(random, 10 + n, START + timedelta(minutes=n), carrier="c") for n in range(3)]
    assert not has_recovered(incident, later[:2])
    assert has_recovered(incident, later)
    assert not has_recovered(incident, [*later, attempt(random, 99, START + WINDOW, verdict="503", carrier="c")])
