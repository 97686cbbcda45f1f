"""Generates demo CDRs in order of start: ninety days of working hours in each customer's time zone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from partnertui.db.rows.type_aliases import RowDict
from partnertui.demo.call_outcomes import LONGEST, POOL, Outcome
from partnertui.demo.call_parties import Maker, Pair
from partnertui.demo.shared_state import DAYS, Company, World

PAIR_COLUMNS = (
    "customer_id",
    "partner_id",
    "user_id",
    "direction",
    "ddi_id",
    "source_number",
    "source_name",
    "destination_number",
    "destination_name",
    "destination_country",
    "prefix_name",
    "rate",
    "currency",
    "terms_id",
    "source_user_agent",
    "destination_user_agent",
    "source_ip",
    "destination_ip",
    "server",
)
END_COLUMNS = (
    "category",
    "duration",
    "disposition",
    "sip_code",
    "q850_cause",
    "hung_up_by",
    "pdd_ms",
    "codec",
    "mos",
)
CALL_COLUMNS = ("id", "started_at", "pair", "ending", "billed_seconds", "charge", "key")
_FROM_PAIR = [
    f"p.{name}" if name != "terms_id" else "CASE WHEN e.duration > 0 THEN p.terms_id END" for name in PAIR_COLUMNS
]
INSERT_FROM_PARTS = f"""
    INSERT INTO cdrs (id, started_at, billed_seconds, charge, rating, covered_seconds, call_id_a, call_id_b,
                      {", ".join(PAIR_COLUMNS)}, {", ".join(END_COLUMNS)})
    SELECT c.id, c.started_at, c.billed_seconds, c.charge,
           CASE WHEN p.direction <> 'outbound' THEN 'not billable' WHEN e.duration = 0 OR c.charge > 0 THEN 'rated'
                WHEN p.terms_id IS NULL THEN 'no price' WHEN p.rate = 0 THEN 'free'
                WHEN p.covered = 1 THEN 'included' ELSE 'rated' END,
           CASE WHEN p.covered = 1 AND p.rate > 0 AND c.charge = 0 THEN c.billed_seconds ELSE 0 END,
           c.key || p.host, 'b2b-' || c.key, {", ".join(_FROM_PAIR)}, {", ".join(f"e.{name}" for name in END_COLUMNS)}
    FROM {{calls}} c {{join}} JOIN demo_pairs p {{on_pair}} {{join}} JOIN demo_ends e {{on_end}}
    {{where}} ORDER BY c.id"""
"""Calls are made narrow and widened inside the database: binding forty values a row costs more than storing them."""
SPAN = 600
"""Seconds in which calls are spread evenly."""
_SHARE = 4096
_HOURS = (2, 1, 1, 1, 1, 2, 5, 15, 50, 90, 100, 95, 60, 80, 95, 90, 75, 45, 22, 14, 10, 7, 5, 3)
"""How busy a working day is, hour by hour."""
Call = tuple[int, int, int, int, int, int, str]
"""CALL_COLUMNS; `started_at` in µs since 1970, `pair` and `ending` are rows of `pair_rows` and `end_rows`."""
Choice = tuple[int, Pair, int]
"""A pair's row, the pair, and the row of its first end."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """So many calls from a moment on (µs) for some µs, among so many pairs."""

    start: int
    width: int
    calls: int
    pool: list[Choice]


@dataclass
class Ledger:
    """What was seen while calls were made: money spent, and calls to talk about in tickets."""

    spent: dict[tuple[int, int], int] = field(default_factory=dict)
    """Micro-units by customer and day (days since 1970), of calls that are not listed one by one."""
    recent: list[Call] = field(default_factory=list)
    """The calls of the last hours, one by one."""
    sample: list[Call] = field(default_factory=list)
    """Some calls of any age."""


class Stream:
    """All calls of a world."""

    def __init__(self, world: World, total: int) -> None:
        maker = Maker(world)
        self._now = int((world.now - _EPOCH).total_seconds())
        self._random = Random(world.random.randrange(2**63))
        self._pairs: list[Pair] = []
        self._ends = [end for pool in maker.ends.values() for end in pool]
        first = {id(pool): at * POOL for at, pool in enumerate(maker.ends.values())}
        self._companies: list[tuple[Company, list[Choice]]] = []
        self._young: list[tuple[int, Company, list[Choice]]] = []
        for company in world.companies:
            if company.alive:
                made = maker.pairs(company)
                begin = len(self._pairs)
                choices = [(2 * (begin + at), pair, first[id(pair.ends)]) for at, pair in enumerate(made)]
                if (born := _born(company)) > self._now - DAYS * 86400:
                    self._young.append((born, company, choices))
                else:
                    self._companies.append((company, choices))
                self._pairs += made
        self._begin = self._now - DAYS * 86400
        if not self._companies:  # nobody was there all the time: calls begin when everybody is
            self._begin = max((one[0] for one in self._young), default=0) + SPAN
            self._companies, self._young = [one[1:] for one in self._young], []
        self._young.sort(key=lambda one: one[0])
        self._errors = 0
        self.total = total if self._companies else 0
        self.ledger = Ledger()

    def pair_rows(self) -> Iterator[tuple[object, ...]]:
        """ID, host of the Call-ID, 1 where minutes pay, and PAIR_COLUMNS; odd IDs are calls that reached nobody."""
        for at, pair in enumerate(self._pairs):
            yield (2 * at, pair.host, int(pair.covered), *pair.reached)
            yield (2 * at + 1, pair.host, int(pair.covered), *pair.unreached)

    def end_rows(self) -> Iterator[tuple[object, ...]]:
        """ID and END_COLUMNS."""
        for at, end in enumerate(self._ends):
            yield (at, *end.columns)

    def facts(self, call: Call) -> RowDict:
        """A call by the names of the CDR's columns."""
        at, started, pair, ending, billed, charge, key = call
        known = self._pairs[pair // 2]
        own = {
            "id": at,
            "started_at": _EPOCH + timedelta(microseconds=started),
            "billed_seconds": billed,
            "charge": charge,
        }
        shown = zip(PAIR_COLUMNS, known.unreached if pair % 2 else known.reached, strict=True)
        end = zip(END_COLUMNS, self._ends[ending].columns, strict=True)
        return {**own, "call_id_a": f"{key}{known.host}", **dict(shown), **dict(end)}

    def calls(self) -> Iterator[Call]:
        """All calls in the order of their start."""
        at = 1
        late = (self._now - LONGEST - SPAN) * 1_000_000
        for span in self._spans():
            make = self._recent if span.start + span.width > late else self._past
            yield from make(span, at)
            at += span.calls

    def _spans(self) -> Iterator[Span]:
        if not self.total:
            return
        starts = range(self._begin // SPAN * SPAN, self._now, SPAN)
        pools, weights = self._pools()
        loads = [weights[_hour(start)] for start in starts]
        loads[-1] = max(loads[-1], 3 * sum(loads) / self.total)
        share, done, before = self.total / sum(loads), 0.0, 0
        known, mixed, born = (0, 0), pools[0], [one[0] for one in self._young]
        for start, load in zip(starts, loads, strict=True):
            done += load
            upto = self.total if start == starts[-1] else int(done * share)
            width = max(min(SPAN, self._now - 60 - start), 1)
            young = bisect_left(born, start)
            if known != (start // 3600, young):
                known, mixed = (start // 3600, young), self._mixed(pools, weights, _hour(start), young)
            yield Span(start * 1_000_000, width * 1_000_000, upto - before, mixed)
            before = upto

    def _mixed(self, pools: dict[int, list[Choice]], weights: dict[int, float], hour: int, young: int) -> list[Choice]:
        """The pool of an hour, with the share of the first so many customers who came lately."""
        mixed, random = pools[hour].copy() if young else pools[hour], self._random.random
        for _, company, pairs in self._young[:young]:
            share = _SHARE * len(pairs) * _activity(company.row["time_zone"], hour) / weights[hour]
            for _ in range(min(int(share + random()), _SHARE)):
                mixed[int(random() * _SHARE)] = pairs[int(random() * len(pairs))]
        return mixed

    def _pools(self) -> tuple[dict[int, list[Choice]], dict[int, float]]:
        """For each hour of the week in UTC, pairs to take from and how busy it is."""
        pools: dict[int, list[Choice]] = {}
        weights: dict[int, float] = {}
        for hour in range(168):
            busy = [_activity(company.row["time_zone"], hour) * len(pairs) for company, pairs in self._companies]
            chosen = self._random.choices(self._companies, busy, k=_SHARE)
            pools[hour] = [pairs[int(self._random.random() * len(pairs))] for _, pairs in chosen]
            weights[hour] = sum(busy)
        return pools, weights

    def _past(self, span: Span, at: int) -> Iterator[Call]:
        """The hot path: a few microseconds a call."""
        start, width, calls, pool = span
        random, spent, sample = self._random.random, self.ledger.spent, self.ledger.sample
        step, day = width / max(calls, 1), start // 86_400_000_000
        keep = min(1.0, 6000 / self.total)
        for number in range(calls):
            row, pair, base = pool[int(random() * _SHARE)]
            ending = int(random() * POOL)
            duration, reached, _ = pair.ends[ending]
            billed = charge = 0
            if duration and (first := pair.first):
                billed = first if duration <= first else first + -(-(duration - first) // pair.step) * pair.step
                charge = 0 if pair.covered else (pair.rate * billed + 30) // 60
                where = (pair.customer, day)
                spent[where] = spent.get(where, 0) + charge
            begun = start + int((number + random()) * step)
            call = (at, begun, row if reached else row + 1, base + ending, billed, charge, _key(at))
            yield call
            at += 1
            if random() < keep:
                sample.append(call)

    def _recent(self, span: Span, at: int) -> Iterator[Call]:
        """The same, but every call has ended by now; each is kept."""
        start, width, calls, pool = span
        for number in range(calls):
            row, pair, base = pool[int(self._random.random() * _SHARE)]
            begun = start + int((number + self._random.random()) * width / calls)
            ending = self._over(pair.ends, self._now - begun // 1_000_000)
            end = pair.ends[ending]
            billed = _billed(end.duration, pair.first, pair.step)
            charge = self._charge(pair, billed, end.duration)
            call = (at, begun, row if end.reached else row + 1, base + ending, billed, charge, _key(at))
            self.ledger.recent.append(call)
            yield call
            at += 1

    def _charge(self, pair: Pair, billed: int, duration: int) -> int:
        """The right charge, but for every sixtieth call that costs or could cost something: a billing error.

        Turn by turn, the call is charged ten times, or charged though the plan's minutes cover it.
        """
        charge = 0 if pair.covered else (pair.rate * billed + 30) // 60
        if not pair.rate or not duration:
            return charge
        self._errors += 1
        if self._errors % 60 != 1:
            return charge
        return charge * 10 or (pair.rate * duration + 30) // 60

    def _over(self, ends: list[Outcome], age: int) -> int:
        """An end that fits into so many seconds, ringing included."""
        for _ in range(40):
            ending = int(self._random.random() * POOL)
            if ends[ending].duration + 30 <= age:
                return ending
        return min(range(POOL), key=lambda one: ends[one].duration)


def _born(company: Company) -> int:
    """When the customer came, in seconds since 1970."""
    return int(company.row["created_at"].timestamp())


def _key(at: int) -> str:
    """Ten hex digits that no other call has."""
    return "%010x" % ((at * 2654435761 + 97) & 0xFFFFFFFFFF)


def _billed(duration: int, first: int, step: int) -> int:
    if not first or not duration:
        return 0
    return first if duration <= first else first + -(-(duration - first) // step) * step


def _hour(second: int) -> int:
    """The hour of the week in UTC, from Monday; 1970 began on a Thursday."""
    return (second // 3600 + 72) % 168


@cache
def _activity(zone: str, hour: int) -> float:
    """How busy customers of a time zone are at an hour of the week in UTC, by their winter clock."""
    moment = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    local = moment.astimezone(ZoneInfo(zone))
    return _HOURS[local.hour] * (0.12 if local.weekday() >= 5 else 1.0)
