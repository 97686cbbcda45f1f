"""The path over the lab's routers: all of them by both kinds of probes, and where a bad line begins."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.lab.labtools import Lab

ROUTERS = ["10.0.1.1", "198.51.100.2", "198.51.100.6", "198.51.100.130"]
ROUTERS6 = ["2001:db8:c::1", "2001:db8:1::2", "2001:db8:2::2", "2001:db8:f::10"]
TARGET, TARGET6 = ROUTERS[-1], ROUTERS6[-1]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder without settings: whoever types an address at a shell may probe the lab's."""
    return tmp_path


def probe(runs: list[str]) -> dict[str, Any]:
    """The command's output."""
    done = subprocess.run(runs, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if told["reached"] else 1)
    return told


def mtr(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "partnertui", "--dir", str(home), "mtr", "--json", *words]


def hosts(told: dict[str, Any]) -> list[list[str]]:
    return [hop["hosts"] for hop in told["hops"]]


@pytest.mark.parametrize(
    ("place", "target", "routers"), [("agent", TARGET, ROUTERS), ("core", TARGET6, ROUTERS6)], ids=["IPv4", "IPv6"]
)
@pytest.mark.parametrize("method", ["icmp", "udp"])
def test_exactly_the_routers(lab: Lab, home: Path, place: str, target: str, routers: list[str], method: str) -> None:
    """As root by ICMP, without any rights by UDP: what there are rights for is found out."""
    runs = lab.root if method == "icmp" else lab.bare
    told = probe(runs(place, *mtr(home, target, "-c", "3")))
    assert hosts(told) == [[router] for router in routers]
    assert (told["method"], told["reached"], told["rounds"]) == (method, True, 3)
    assert [hop["sent"] for hop in told["hops"]] == [3] * 4
    assert [hop["loss"] for hop in told["hops"]] == [0] * 4
    assert told["hops"][1]["best"] < 20 < 40 <= told["hops"][2]["best"], "the slow line is between these two"
    (delay,) = [words for words in told["reading"] if "Delay begins" in words]
    assert f"Delay begins at hop 3 ({routers[2]}) and persists to the end" in delay


def test_what_is_on_its_way_at_ctrl_c_is_not_lost(lab: Lab, home: Path) -> None:
    """Rounds follow each other as fast as answers take: there always is some."""
    for tenths in range(3):
        # what runs in the background of a shell ignores SIGINT, and so would its children
        command = lab.root("agent", "env", "--default-signal=INT", *mtr(home, TARGET, "-c", "1000", "-i", "0.1"))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            time.sleep(2 + tenths / 10)
            process.send_signal(signal.SIGINT)
            told = json.loads(process.communicate(timeout=20)[0])
        assert process.returncode == 0
        assert [hop["loss"] for hop in told["hops"]] == [0] * 4


def test_without_rights_icmp_is_refused_in_a_sentence(lab: Lab, home: Path) -> None:
    command = lab.bare("agent", *mtr(home, TARGET, "--icmp"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "isn't allowed to send ICMP" in done.stderr
    assert "Use UDP, which needs no privileges" in done.stderr


def test_no_route_is_a_sentence(lab: Lab, home: Path) -> None:
    """The agent has no IPv6; r1 knows no way into the customer's LAN."""
    command = lab.bare("agent", *mtr(home, TARGET6))
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no route to that network" in done.stderr
    told = probe(lab.bare("agent", *mtr(home, "192.168.77.10", "-c", "2")))
    assert told["reached"] is False
    assert any("10.0.1.1 reports “host unreachable”" in words for words in told["reading"])


def test_nobody_there_is_no_fault_of_the_path(lab: Lab, home: Path) -> None:
    told = probe(lab.root("agent", *mtr(home, "198.51.100.200", "-c", "2")))
    assert told["reached"] is False
    assert hosts(told)[:3] == [[router] for router in ROUTERS[:3]]
    assert "The destination doesn't reply" in told["reading"][0]


@pytest.fixture(scope="module")
def bad_line() -> Iterator[Lab]:
    """A lab whose line between r2 and r3 loses packets and is slow; and r2 limits its answers."""
    lab = Lab("sqlite", DELAY="60", LOSS="15")
    lab.up()
    try:
        subprocess.run(lab.root("r2", "sysctl", "-qw", "net.ipv4.icmp_ratelimit=1000"), check=True)
        yield lab
    finally:
        lab.down()


@pytest.mark.lab
@pytest.mark.xdist_group("lab")
@pytest.mark.parametrize("method", ["icmp", "udp"])
def test_the_hop_where_loss_and_delay_begin(bad_line: Lab, home: Path, method: str) -> None:
    runs = bad_line.root if method == "icmp" else bad_line.bare
    told = probe(runs("agent", *mtr(home, TARGET, "-c", "60", "-i", "0.1")))
    reading = " ".join(told["reading"])
    assert hosts(told) == [[router] for router in ROUTERS]
    assert "Loss begins at hop 3 (198.51.100.6) and persists to the end" in reading
    assert "between hop 1 (10.0.1.1) and hop 3 (198.51.100.6)" in reading, "hop 2 rate-limits its replies"
    assert "Delay begins at hop 3 (198.51.100.6) and persists to the end" in reading
    assert told["hops"][0]["loss"] == 0
    assert told["hops"][1]["loss"] > 40, "r2 answers once a second at most"
    assert "Hop 2 (198.51.100.2) leaves" in reading
    assert "it only rate-limits its replies" in reading
