"""Six kinds of incident, each made on a real switch, are found and named within a minute; ordinary days have none.

Calls and registrations are Kamailio's own rows, imported as a site does it; `partnertui incidents` runs as its service.
What is measured is printed; docs/benchmarks.md has it. The tests build on each other: what one broke, it mends again.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import RowMapping, insert, select
from tests.conftest import run_as_owner
from tests.db.makers import ANN
from tests.lab import offices
from tests.lab.incident_watch import SECONDS, IncidentWatch
from tests.lab.labtools import Lab
from tests.lab.offices import CARRIERS, PHONES, Offices, model_of, number
from tests.servers import Cluster

from partnertui.db.database import Database, open_database
from partnertui.db.incidents.lifecycle import look_for_incidents
from partnertui.db.incidents.words import incident_words
from partnertui.db.models import Cdr

ROOT = Path(__file__).parents[2]
SHIPPED = 20.0
"""Seconds of the shipped units: between two imports, and between two looks."""
LONGEST = 60 - 2 * (SHIPPED - SECONDS)
"""What may pass here, so that it is a minute with the shipped units."""
CERTIFICATE_SECONDS = 20.0
ALL_PHONES = [user for site in PHONES.values() for user in site]
PREFIXES = ("44207", "44161", "4930", "33140", "1212")

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]


class Site:
    """The lab with its offices, and what watches it."""

    def __init__(self, lab: Lab, folder: Path, office_url: str) -> None:
        self.office = open_database(office_url)
        offices.furnish(self.office)
        self.offices = Offices(lab, folder)
        self.watch = IncidentWatch(lab, self.office, folder)
        self.offices.start_edge(CERTIFICATE_SECONDS)
        self.expired_at = datetime.now(UTC) + timedelta(seconds=CERTIFICATE_SECONDS)
        self.offices.start_tls_phones()

    def close(self) -> None:
        self.watch.close()
        self.office.close()

    def check(self, kind: str, value: str, verdict: str, fifth: datetime) -> None:
        """The incident was found in time, with the right cause, and no other one."""
        found = (self.watch.found_at(f"share the {kind} {value};") - fifth).total_seconds()
        print(f"{kind}: found {found:.1f} s after the fifth failure")
        assert found <= LONGEST
        newest = self.watch.incidents()[-1]
        assert (newest.shared_by, newest.value, newest.verdict) == (kind, value, verdict)


@pytest.fixture(scope="module")
def site(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Kamailio and our own database on PostgreSQL."""
    run_as_owner(cluster, "CREATE DATABASE pt_incidents TEMPLATE template_pt STRATEGY file_copy")
    yield from running("pgsql", tmp_path_factory.mktemp("offices"), cluster.url("pt_incidents"))


def running(kind: str, folder: Path, office_url: str) -> Iterator[Site]:
    lab = Lab(kind)
    lab.up()
    try:
        made = Site(lab, folder, office_url)
        try:
            yield made
        finally:
            made.close()
    finally:
        lab.down()


def test_ordinary_failures_are_no_incident(site: Site) -> None:
    """Busy, nobody there, wrong numbers, declined, a phone unplugged, a registration lost: among calls that work."""
    site.offices.register([offices.GONE], expires=offices.EXPIRES)
    for _ in range(2):
        site.offices.call(ordinary_calls())
    site.watch.rest()
    assert min(site.offices.expiries([offices.GONE]), default=datetime.now(UTC)) <= datetime.now(UTC)
    assert site.watch.incidents() == []
    assert site.watch.lines == []
    assert {one["disposition"] for one in calls_of(site.office)} >= {
        "answered",
        "busy",
        "no answer",
        "rejected",
        "failed",
    }


@pytest.mark.parametrize("seed", range(2))
def test_nor_in_an_hour_of_such_calls(site: Site, sqlite_database: Database, seed: int) -> None:
    """The CDRs of those real calls, again and again in another order until an hour is full, seen every 20 seconds."""
    both_ends: dict[str, list[RowMapping]] = defaultdict(list)
    for row in calls_of(site.office):
        both_ends[row["call_id_a"]].append(row)
    assert len(both_ends) > 100
    random, start, calls = Random(seed), datetime(2026, 11, 20, 9, tzinfo=UTC), list(both_ends.values())
    rows = [
        {
            **{name: value for name, value in row.items() if name not in ("id", "slot")},
            "origin": row["origin"].replace(row["call_id_a"], str(place)),
            "started_at": start + timedelta(seconds=6 * place),
        }
        for place in range(600)
        for row in random.choice(calls)
    ]
    offices.furnish(sqlite_database)
    sqlite_database.write(lambda connection: connection.execute(insert(Cdr), rows))
    for look in range(180):
        now = start + timedelta(seconds=20 * look)
        found = look_for_incidents(sqlite_database, ANN, None, now)
        assert [sqlite_database.read(partial(incident_words, incident_id=one)) for one in found] == []


def calls_of(database: Database) -> list[RowMapping]:
    """The CDRs that were imported."""
    query = select(*Cdr.__table__.c)
    return list(database.read(lambda connection: connection.execute(query).mappings().all()))


def ordinary_calls() -> list[tuple[str, str]]:
    """Fifty calls of one shift, of which fifteen fail for reasons of their own."""
    callers = cycle(ALL_PHONES)
    good = [number(prefix, carrier, ending) for prefix in PREFIXES for carrier in (1, 2) for ending in (11, 12)]
    good += [*PHONES["1"], *PHONES["2"][:3], *PHONES["3"][:4]]
    failing = [
        number(prefix, carrier, ending)
        for prefix, carrier, ending in (
            ("44207", 1, 486),
            ("4930", 2, 486),
            ("33140", 2, 486),
            ("44161", 1, 404),
            ("4930", 2, 404),
            ("44207", 2, 603),
            ("44161", 1, 480),
            ("44207", 1, 480),
            ("4930", 1, 408),
            ("44207", 2, 408),
            ("33140", 2, 408),
        )
    ]
    failing += [offices.OFF, offices.OFF, "2999"]
    mixed = [called for pair in zip(good, [*failing, *good], strict=False) for called in pair]
    return [(next(callers), called) for called in mixed]


def test_a_carrier_that_is_down(site: Site) -> None:
    """Its gateway is gone: Kamailio hears nothing, and ends each call with 408."""
    began = datetime.now(UTC)
    site.offices.end_far_end("carrier1")
    failing = [number(prefix, 1, ending) for prefix, ending in zip(cycle(PREFIXES), range(20, 27), strict=False)]
    good = [number(prefix, 2, ending) for prefix, ending in zip(cycle(PREFIXES), range(20, 28), strict=False)]
    site.offices.call(list(zip(cycle(ALL_PHONES), [*failing, *good], strict=False)))
    fifth = site.offices.failed_at(failing, 408, began)[4]
    site.check("carrier", CARRIERS["carrier1"], "408 Request Timeout", fifth)
    site.offices.start_far_end("carrier1")
    site.offices.call(list(zip(ALL_PHONES, [number(prefix, 1, 30) for prefix in PREFIXES], strict=False)))
    site.watch.wait_until_ended(CARRIERS["carrier1"])


def test_a_prefix_that_is_unreachable(site: Site) -> None:
    """Both carriers have no route to Berlin."""
    began = datetime.now(UTC)
    for name in CARRIERS:
        site.offices.end_far_end(name)
        site.offices.start_far_end(name, unreachable="4930")
    failing = [number("4930", 1 + ending % 2, ending) for ending in range(40, 47)]
    good = [number(prefix, 1 + ending % 2, ending) for prefix in ("44207", "44161", "33140") for ending in (40, 41, 42)]
    site.offices.call(list(zip(cycle(ALL_PHONES), [*failing, *good], strict=False)))
    site.check("prefix", "4930", "404 Not Found", site.offices.failed_at(failing, 404, began)[4])
    for name in CARRIERS:
        site.offices.end_far_end(name)
        site.offices.start_far_end(name)
    site.offices.call([(user, number("4930", 1, 50 + place)) for place, user in enumerate(ALL_PHONES[:4])])
    site.watch.wait_until_ended("4930")


def test_one_nat(site: Site) -> None:
    """The router of the second office drops everything: its phones stay registered, and no call reaches them."""
    began = datetime.now(UTC)
    site.offices.nat("2", works=False)
    callers = [*PHONES["1"], *PHONES["3"]]
    good = [*PHONES["1"][1:4], *PHONES["3"][1:4], number("44207", 1, 60), number("4930", 2, 60)]
    site.offices.call(list(zip(cycle(callers), [*PHONES["2"], *good], strict=False)))
    fifth = site.offices.failed_at(PHONES["2"], 408, began)[4]
    site.check("network", "198.18.2.0/24", "408 Request Timeout", fifth)
    site.offices.nat("2", works=True)
    site.offices.call(list(zip(callers, PHONES["2"][:4], strict=False)))
    site.watch.wait_until_ended("198.18.2.0/24")


def test_one_phone_model(site: Site) -> None:
    """All Fanvil phones, at all offices, refuse what they are offered since their update."""
    began = datetime.now(UTC)
    failing = [user for user in ALL_PHONES if "Fanvil" in model_of(user)]
    for place in PHONES:
        site.offices.end_far_end(f"site{place}")
        site.offices.start_far_end(f"site{place}", refuses="|".join(failing))
    others = [user for user in ALL_PHONES if user not in failing]
    good = [*others[:8], number("44207", 1, 70), number("4930", 2, 70)]
    site.offices.call(list(zip(cycle(others[3:]), [*failing, *good], strict=False)))
    site.check("phone model", "Fanvil X4", "488 Not Acceptable Here", site.offices.failed_at(failing, 488, began)[4])
    for place in PHONES:
        site.offices.end_far_end(f"site{place}")
        site.offices.start_far_end(f"site{place}")
    site.offices.call(list(zip(others, failing[:4], strict=False)))
    site.watch.wait_until_ended("Fanvil X4")


def test_an_expired_certificate(site: Site) -> None:
    """From the next connection on the phones refuse the server, and their registrations run out."""
    time.sleep(max((site.expired_at - datetime.now(UTC)).total_seconds() + 1, 0))
    assert len(site.offices.expiries(offices.TLS_PHONES)) == len(offices.TLS_PHONES)
    site.offices.lab.do("end", "edge")
    site.offices.run_edge()
    fifth = site.offices.expiries(offices.TLS_PHONES)[4]
    site.check("transport", "tls", "registration lost", fifth)
    log = (site.offices.lab.run / "run/tls_phones.log").read_text()
    assert "certificate has expired" in log
    site.offices.lab.do("end", "edge")
    site.offices.start_edge(3600)
    site.watch.wait_until_ended("tls")


def test_a_registrar_that_restarts(site: Site) -> None:
    """It comes back without a registration, and the phones come back in a burst once they notice."""
    lab = site.offices.lab
    before = site.offices.registered()
    lab.do("kamailio_down")
    lab.do("forget")
    forgotten = datetime.now(UTC)
    time.sleep(2 * SECONDS)
    lab.do("kamailio_up")
    assert site.offices.registered() < before / 2
    end = time.monotonic() + 60
    while not (lost := [line for _, line in site.watch.lines if "share the server" in line]):
        assert time.monotonic() < end, site.watch.lines
        time.sleep(0.1)
    [value] = re.findall(r"share the server (.+?);", lost[0])
    assert value in ("udp:203.0.113.10:5060", "203.0.113.10", "all registrars")
    site.check("server", value, "registration lost", forgotten)
    for place in PHONES:
        site.offices.end_far_end(f"site{place}")  # its port is the phones'
    site.offices.register(ALL_PHONES)
    site.watch.wait_until_ended(value)


def test_nothing_else_was_found(site: Site) -> None:
    site.watch.rest()
    kinds = [one.shared_by for one in site.watch.incidents()]
    assert kinds == ["carrier", "prefix", "network", "phone model", "transport", "server"]
    assert {one.state for one in site.watch.incidents()} == {"ended"}
    assert len(site.watch.lines) == len(kinds), site.watch.lines


def test_a_carrier_that_is_overloaded_with_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    """The carrier answers 503, which Kamailio passes on as 500; its tables and ours are SQLite files."""
    own = tmp_path / "partnertui.db"
    own.write_bytes(sqlite_template.read_bytes())
    for site in running("sqlite", tmp_path, f"sqlite:///{own}"):
        site.offices.call(ordinary_calls()[:20], rate=3)
        began = datetime.now(UTC)
        site.offices.end_far_end("carrier1")
        site.offices.start_far_end("carrier1", overloaded=".*")
        failing = [number(prefix, 1, ending) for prefix, ending in zip(cycle(PREFIXES), range(20, 30), strict=False)]
        site.offices.call(list(zip(cycle(ALL_PHONES), failing, strict=False)), rate=2)
        fifth = site.offices.failed_at(failing, 500, began)[4]
        site.check("carrier", CARRIERS["carrier1"], "503 Service Unavailable", fifth)


def test_the_shipped_units_look_often_enough() -> None:
    timer = (ROOT / "deploy/systemd/partnertui-sync.timer").read_text()
    service = (ROOT / "deploy/systemd/partnertui-incidents.service").read_text()
    assert f"OnUnitInactiveSec={SHIPPED:.0f}s" in timer
    assert f"incidents --interval {SHIPPED:.0f}" in service
