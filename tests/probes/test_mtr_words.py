"""Findings about paths, by declared cases: statistics per hop, and the expected sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from partnertui.domain.evidence import TEXT_WIDTH
from partnertui.probes.mtr.findings import Finding, findings_of
from partnertui.probes.mtr.path_snapshot import HopReport, Report, UnreachableReport, report_json, report_text
from partnertui.probes.mtr.prober_base import Method
from partnertui.probes.mtr.target_host import TargetHost

TARGET = "198.51.100.130"
ROUNDS = 20


def hop(
    number: int, lost: int = 0, ms: float = 1.0, host: str = "", rounds: int = ROUNDS, jitter: float = 0.2
) -> HopReport:
    """A hop that answered all but some; `host` is its address."""
    got = rounds - lost
    host = host or f"192.0.2.{number}"
    if not got:
        return HopReport(number, sent=rounds, lost=lost)
    return HopReport(number, (host,), ("",), rounds, got, lost, ms, ms, ms, ms, 0.1, jitter)


def path(*hops: HopReport, reached: bool = True, **more: object) -> Report:
    if reached:
        hops = (*hops[:-1], replace(hops[-1], hosts=(TARGET,)))
    report = Report(TargetHost(TARGET, TARGET), Method.ICMP, hops[0].sent, 0.5, 64, hops, reached)
    return replace(report, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    """A path, what is found, and words that must be in the first finding of that kind (or must not)."""

    name: str
    report: Report
    codes: tuple[str, ...]
    says: tuple[str, ...] = ()


def losing(*lost: int, reached: bool = True, rounds: int = ROUNDS, **more: object) -> Report:
    return path(*(hop(n, count, rounds=rounds) for n, count in enumerate(lost, 1)), reached=reached, **more)


CASES = (
    Case("all fine", losing(0, 0, 0, 0), ("fine",), ("4 hops, no loss, 1.0 ms",)),
    Case(
        "loss from hop 3 on",
        losing(0, 0, 5, 6),
        ("loss",),
        ("begins at hop 3 (192.0.2.3)", "30% at the destination", "between hop 2 (192.0.2.2) and hop 3"),
    ),
    Case("loss from hop 3 on, uneven", losing(0, 0, 3, 7, 4, 6), ("loss",), ("begins at hop 3",)),
    Case(
        "loss from hop 2 on, with a router in it that limits",
        losing(0, 4, 5, 15, 5, 4),
        ("loss", "limits"),
        ("begins at hop 2",),
    ),
    Case(
        "a router that limits, clean hops, then loss",
        losing(0, 6, 0, 0, 6, 7),
        ("loss", "limits"),
        ("begins at hop 5", "between hop 4"),
    ),
    Case(
        "loss from hop 2 on, which may limit its answers besides",
        losing(0, 7, 3, 2, rounds=28),
        ("loss",),
        ("begins at hop 2", "in that case, loss begins at hop 3 (192.0.2.3)"),
    ),
    Case("loss from the first hop on", losing(4, 5, 4, 5), ("loss",), ("begins at hop 1", "our own network")),
    Case("one hop limits its answers", losing(0, 0, 8, 0, 0), ("fine", "limits"), ("5 hops, no loss",)),
    Case("several limit", losing(0, 9, 8, 0), ("fine", "limits", "limits")),
    Case("one probe of twenty lost", losing(0, 0, 0, 1), ("some_loss",), ("1 of 20", "too few to say where")),
    Case("one probe of twenty lost before the end", losing(0, 1, 0, 0), ("fine", "limits")),
    Case("a silent hop in between", losing(0, 20, 0, 0), ("fine", "hidden"), ("4 hops",)),
    Case("loss at the destination alone", losing(0, 0, 0, 8), ("loss",), ("begins at the destination itself",)),
    Case(
        "loss at the destination alone, by UDP",
        losing(0, 0, 0, 8, method=Method.UDP),
        ("destination_limits",),
        ("Only the destination",),
    ),
    Case("the same with slow rounds", losing(0, 0, 0, 8, method=Method.UDP, interval=1.0), ("loss",)),
    Case("nothing answers", losing(20, reached=False), ("silent",), ("not even the first router",)),
    Case("the path ends", losing(0, 0, 20, reached=False), ("ends",), ("ends at hop 2 (192.0.2.2)", "no loss")),
    Case("the path ends, lossy", losing(0, 6, 20, reached=False), ("ends", "loss"), ("30% loss",)),
    Case(
        "a quiet destination behind a clean path",
        path(hop(1), hop(2, host="198.51.100.6"), hop(3, ROUNDS), reached=False),
        ("quiet_destination",),
        ("doesn't reply", "hop 2 (198.51.100.6), with no loss"),
    ),
    Case(
        "somebody refuses",
        path(
            hop(1),
            hop(2, host="192.0.2.1"),
            reached=False,
            unreachable_reports=(UnreachableReport(2, "192.0.2.1", "host unreachable", 20),),
        ),
        ("refused",),
        ("host unreachable", "hop 2"),
    ),
    Case(
        "a firewall refuses",
        path(
            hop(1),
            hop(2, 4, host="192.0.2.1"),
            reached=False,
            unreachable_reports=(UnreachableReport(2, "192.0.2.1", "blocked by a firewall", 16),),
        ),
        ("refused",),
        ("firewall", "Run a SIP test", "UDP may get further"),
    ),
    Case(
        "nobody has the address",
        path(
            hop(1),
            hop(2, host="198.51.100.6"),
            hop(3, host="198.51.100.6", ms=3000),
            reached=False,
            unreachable_reports=(UnreachableReport(3, "198.51.100.6", "host unreachable", 5),),
        ),
        ("refused",),
        ("can't find a host with this address",),
    ),
    Case(
        "the way comes and goes",
        losing(0, 0, 2, unreachable_reports=(UnreachableReport(3, "192.0.2.2", "network unreachable", 2),)),
        ("interrupted", "some_loss"),
        ("192.0.2.2 reported 2 times",),
    ),
    Case(
        "a circle",
        path(hop(1), hop(2), *(hop(n, host=f"192.0.2.{8 + n % 2}") for n in range(3, 31)), reached=False),
        ("loop",),
        ("192.0.2.9 replies as hop 3",),
    ),
    Case(
        "delay begins at a hop and stays",
        path(hop(1), hop(2), hop(3, ms=47), hop(4, ms=48)),
        ("fine", "delay"),
        ("4 hops",),
    ),
    Case("far too much delay", path(hop(1), hop(2, ms=620), hop(3, ms=640)), ("no_loss", "delay"), ()),
    Case("one hop answers slowly", path(hop(1), hop(2, ms=120), hop(3, ms=5)), ("fine", "slow_to_answer")),
    Case(
        "delay that varies",
        path(hop(1), hop(2, ms=30, jitter=35), hop(3, ms=30, jitter=40)),
        ("no_loss", "delay", "jitter"),
    ),
    Case("rounds too fast", losing(0, 0, 0, interval=0.1), ("fine", "interval")),
    Case("few rounds", losing(0, 0, 0, rounds=3), ("fine", "few")),
    Case("few rounds, one lost", losing(0, 0, 1, rounds=3), ("some_loss", "few"), ("too few",)),
    Case("too early", path(HopReport(1, sent=1), reached=False), ("waiting",)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reading(case: Case) -> None:
    found = findings_of(case.report)
    assert tuple(finding.code for finding in found) == case.codes, [finding.whole for finding in found]
    for words in case.says:
        assert words in found[0].whole


def the(report: Report, code: str) -> Finding:
    return next(finding for finding in findings_of(report) if finding.code == code)


def test_delay_is_told_with_its_hop_and_size() -> None:
    near = the(path(hop(1), hop(2), hop(3, ms=47), hop(4, ms=48)), "delay")
    assert "hop 3 (192.0.2.3)" in near.text
    assert "46 ms more" in near.text
    assert near.role == "info"
    assert the(path(hop(1), hop(2, ms=620), hop(3, ms=640)), "delay").role == "bad"


def test_how_bad_a_loss_is() -> None:
    roles = [the(losing(0, lost, lost, rounds=1000), "loss").role for lost in (8, 15, 60)]
    assert roles == ["info", "warn", "bad"]


def test_a_hop_that_limits_is_named_as_no_fault() -> None:
    told = the(losing(0, 0, 8, 0, 0), "limits")
    assert told.text.startswith("Hop 3 (192.0.2.3) leaves 40% of probes unanswered")
    assert "isn't a fault" in told.advice


def test_names_from_outside_are_text() -> None:
    evil = "\x1b]0;owned\x07\u202eevil"
    named = replace(hop(1), names=(evil,))
    report = path(named, hop(2, ROUNDS), reached=False)
    text = report_text(report, [finding.whole for finding in findings_of(report)])
    assert "evil" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_the_text_is_a_table_and_the_reading() -> None:
    report = path(hop(1), *(hop(n, ROUNDS) for n in range(2, 9)), hop(9, ms=48.25))
    text = report_text(report, ["All is well."], 0.0)
    lines = text.splitlines()
    assert lines[0].startswith("Start: 19")
    assert lines[1:3] == [f"Path to {TARGET}", "ICMP, 20 rounds, 0.5 s apart, 64 bytes"]
    assert lines[3].split() == ["Host", "Loss%", "Snt", "Last", "Avg", "Best", "Wrst", "StDev", "Jttr"]
    assert lines[5].split() == ["2-8", "no", "answer", "100.0%", "20"], "many silent hops are one line"
    assert lines[6].split()[:6] == ["9.", TARGET, "0.0%", "20", "48.2", "48.2"]
    assert lines[-1] == "All is well."


def test_the_text_fits_a_ticket_at_80_columns() -> None:
    slow = replace(hop(1, ms=12345.6), names=("be12.core2.lon.carrier.example",))
    lines = report_text(path(slow, hop(2, ROUNDS), hop(3)), ["All is well. " * 20]).splitlines()
    assert max(map(len, lines)) <= TEXT_WIDTH
    assert lines[3].split() == ["1.", "be12.core2.lon.carrier.example", "(192.0.2.1)"]
    assert lines[4].split()[:3] == ["0.0%", "20", "12346"], "its figures are below, in their columns"
    assert lines[4].index("0.0%") == lines[6].index("0.0%")


def test_json_has_every_hop() -> None:
    told = report_json(losing(0, 20, 5), ["words"])
    assert set(told) >= {"target", "address", "method", "rounds", "interval", "hops", "reading", "reached"}
    assert [one["loss"] for one in told["hops"]] == [0.0, 100.0, 25.0]
    assert told["hops"][1] == {
        "hop": 2,
        "hosts": [],
        "names": [],
        "loss": 100.0,
        "sent": 20,
        "received": 0,
        "last": None,
        "avg": None,
        "best": None,
        "worst": None,
        "stdev": None,
        "jitter": None,
    }
