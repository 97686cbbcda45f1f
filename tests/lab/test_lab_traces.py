"""Real calls on a real switch: the same verdicts from the capture, from Kamailio's table, on an agent's screen."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from tests.lab.labtools import Lab
from tests.lab.office import COMPANY, furnish
from tests.lab.test_lab_calls import EXPECTED as DISPOSITIONS
from tests.terminal import Terminal

from partnertui.calls.call_statistics import statistics_of
from partnertui.calls.diagnosis.diagnose import diagnose
from partnertui.calls.trace_model import Trace
from partnertui.config import Kamailio
from partnertui.db.database import Database, open_database
from partnertui.db.kamailio.live_calls import live_calls, live_source
from partnertui.db.kamailio.sip_trace import NO_MEDIA, find_call
from partnertui.db.kamailio.tables import tables
from partnertui.db.migrate import upgrade
from partnertui.db.models import CaptureFolder
from partnertui.db.rows.listing import Listing, Sort

KINDS = {
    ("1003", "busy", 486, "busy"),
    ("1004", "cancelled", 487, "cancelled"),
    ("1005", "no answer", 408, "timeout"),
    ("1006", "rejected", 603, "rejected"),
    ("1007", "congestion", 500, "congestion"),
    ("1008", "answered", 200, "ok"),
    ("1008", "rejected", 403, "wrong_password"),
    ("4040", "failed", 404, "unknown_user"),
    ("5030", "congestion", 503, "no_route"),
}
"""Callee, outcome, code as the caller got it, verdict."""


@pytest.fixture(scope="module")
def called(lab: Lab) -> Lab:
    """A lab in which one call of each kind was made."""
    lab.do("calls", "1")
    time.sleep(2)  # tcpdump and Kamailio write behind
    return lab


def of_table(lab: Lab) -> list[Trace]:
    """The calls in Kamailio's table."""
    place = tables()
    with closing(open_database(lab.url, read_only=True)) as database:
        query = select(place.sip_trace.c.callid).where(place.sip_trace.c.method == "INVITE").distinct()
        call_ids = database.read(lambda connection: list(connection.scalars(query)))
        traces = [database.read(lambda c, one=one: find_call(c, place, [one])) for one in call_ids]  # type: ignore[misc]
    return [trace for trace in traces if trace is not None]


def partnertui(*words: object) -> str:
    """A command; returns what it prints."""
    command = [sys.executable, "-m", "partnertui", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_every_kind_of_call_has_its_verdict_from_the_table(called: Lab) -> None:
    found = set()
    for trace in of_table(called):
        figures = statistics_of(trace)
        found.add((trace.first.reading.to_user, figures.outcome, figures.final_code, diagnose(trace).verdict.code))
        assert trace.missing == ((NO_MEDIA,) if figures.outcome == "answered" else ())
        assert not trace.guessed
    assert found >= KINDS
    assert {(to, outcome) for to, outcome, *_ in found} >= {(to, outcome) for to, outcome, _ in DISPOSITIONS}


def test_and_the_same_from_the_capture(called: Lab, tmp_path: Path) -> None:
    capture = called.run / "run/core.pcap"
    calls = json.loads(partnertui("--dir", tmp_path, "trace", capture, "--json"))
    told = subprocess.run(
        ["tshark", "-n", "-r", str(capture), "-Y", "sip", "-T", "fields", "-e", "sip.Call-ID"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert sum(len(call["messages"]) for call in calls) >= len(told) > 0, "it is still being written"
    assert {
        (call["to"], call["outcome"], call["final_code"], call["verdict"]["code"])
        for call in calls
        if call["method"] == "INVITE"
    } >= KINDS
    table = {trace.call_ids: diagnose(trace).verdict for trace in of_table(called)}
    both = [(table[key], call["verdict"]) for call in calls if (key := tuple(call["call_ids"])) in table]
    assert len(both) >= len(KINDS)
    for verdict, seen in both:
        assert (verdict.code, verdict.confidence) == (seen["code"], seen["confidence"])


def test_sound_at_the_edge(called: Lab, tmp_path: Path) -> None:
    calls = json.loads(partnertui("--dir", tmp_path, "trace", called.run / "run/edge.pcap", "--json"))
    talked = next(call for call in calls if call["to"] == "1008" and call["outcome"] == "answered")
    assert [(stream["codec"], stream["packets"] > 50) for stream in talked["streams"]] == [("PCMA", True)] * 2
    assert 1 < talked["statistics"]["mos"] <= 4.5, "how well it sounds depends on how busy this machine is"


def test_live_calls_with_codec_and_the_running_trace(lab: Lab, office: Database) -> None:
    lab.do("tell", "lan", "dial", "1002@lab.test")
    try:
        source = live_source(office.url, Kamailio(url=lab.url, timezone="UTC"), "GB")
        listing = Listing(live_calls, Sort("started_at"))
        deadline = time.monotonic() + 15
        row = None
        while row is None:  # a call that has ended stays in the table for some seconds
            assert time.monotonic() < deadline, "the call is not in the dialog table"
            time.sleep(0.5)
            rows = office.read(lambda c: source.fetch_page(c, listing)).rows
            row = next((one for one in rows if one["source_number"] == "1001"), None)
        assert (row["destination_number"], row["codec"]) == ("1002", "PCMA")
        assert (row["customer"], row["state"]) == (COMPANY, "answered")
        with closing(open_database(lab.url, read_only=True)) as database:
            trace = database.read(lambda c: find_call(c, tables(), [row["call_id_a"]]))
        assert trace is not None
        assert statistics_of(trace).outcome == "answered"
        assert "no BYE was captured" in diagnose(trace).verdict.text
    finally:
        lab.do("tell", "lan", "hangup")


@pytest.fixture
def office(sqlite_database: Database) -> Database:
    furnish(sqlite_database)
    return sqlite_database


SETTINGS = 'operator = "ann"\n[kamailio]\nurl = "{url}"\ntimezone = "UTC"\n[sip_test]\nproxy = "{proxy}"\n'


@pytest.fixture
def terminal(called: Lab, tmp_path: Path) -> Iterator[Terminal]:
    """The program on the agent's host, with the lab's captures in a capture folder."""
    (tmp_path / "settings.toml").write_text(SETTINGS.format(url=called.url, proxy=called.proxy))
    with closing(open_database(f"sqlite:///{tmp_path / 'partnertui.db'}")) as database:
        upgrade(database)
        furnish(database)
        row = {"name": "Lab", "path": str(called.run / "run"), "pattern": "*.pcap", "enabled": True, "version": 1}
        database.write(lambda connection: connection.execute(insert(CaptureFolder), [row]))
    partnertui("--dir", tmp_path, "sync")
    opened = Terminal(called.agent(sys.executable, "-m", "partnertui", "--dir", str(tmp_path)))
    try:
        yield opened
    finally:
        opened.close()


def test_an_agent_reads_why_a_call_failed(called: Lab, terminal: Terminal) -> None:
    """From the list of failed calls to the verdict and its evidence, by keys alone."""
    terminal.wait("Company")
    terminal.type(":")
    terminal.wait("Go to")
    terminal.type("CDR\r")
    terminal.wait("Dialled")
    terminal.type("/")
    terminal.type("to:1003\r")
    terminal.wait("busy", "1003")
    terminal.type("t")
    terminal.wait("1003 is busy")
    terminal.wait("our proxy")
    terminal.wait("486 Busy Here")
    terminal.type("I")
    terminal.wait("Post-dial delay")
    terminal.type("\x1b\x1b")
    terminal.wait("1 of")
