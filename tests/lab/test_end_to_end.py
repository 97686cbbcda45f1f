"""What this program is for, done once from end to end on a real switch with real phones, in a pty, by keys alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert
from tests.lab.labtools import Lab
from tests.lab.office import COMPANY, furnish
from tests.terminal import Terminal

from partnertui.db.database import open_database
from partnertui.db.migrate import upgrade
from partnertui.db.models import CaptureFolder

SETTINGS = """
operator = "ann"

[kamailio]
url = "{kamailio}"
timezone = "UTC"

[sip_test]
proxy = "{proxy}"
deadline = 7
"""


@pytest.fixture
def folder(sqlite_lab: Lab, tmp_path: Path) -> Path:
    """A folder for `--dir`: settings that name the lab's switch, a database with the phones' customer."""
    (tmp_path / "settings.toml").write_text(SETTINGS.format(kamailio=sqlite_lab.url, proxy=sqlite_lab.proxy))
    database = open_database(f"sqlite:///{tmp_path / 'partnertui.db'}")
    upgrade(database)
    furnish(database)
    database.close()
    return tmp_path


@pytest.fixture
def terminal(sqlite_lab: Lab, folder: Path) -> Iterator[Terminal]:
    opened = Terminal(sqlite_lab.agent(sys.executable, "-m", "partnertui", "--dir", str(folder)))
    try:
        yield opened
    finally:
        opened.close()


def go(terminal: Terminal, screen: str) -> None:
    """To a screen by its name."""
    terminal.type(":")
    terminal.wait("Go to")
    terminal.type(screen + "\r")


def test_an_agent_tests_a_phone_and_looks_at_its_calls(sqlite_lab: Lab, folder: Path, terminal: Terminal) -> None:
    go(terminal, "SIP locations")
    for user, name in (("1001", "Alice"), ("1002", "Bob"), ("1009", "Dave"), ("1011", "Carol")):
        assert "baresip" in terminal.wait(user, COMPANY, name)

    terminal.type("t")  # the cursor is on the first one: 1001, behind NAT
    terminal.wait("SIP test: 1001")
    terminal.wait("alive: 200 OK")
    terminal.wait("baresip v")
    terminal.wait("through the proxy 203.0.113.10:5060")
    sqlite_lab.do("end", "alice")
    terminal.type("r")
    terminal.wait("no answer")
    terminal.type("\x1b")

    sqlite_lab.do("calls", "1")
    report = partnertui(sqlite_lab, folder, "sync")
    assert report.startswith("8 CDRs imported")
    assert "customer" not in report, "every call is somebody's"
    assert partnertui(sqlite_lab, folder, "sync").startswith("0 CDRs imported")
    go(terminal, "CDR")
    terminal.wait("Dialled 2", "Other 6")
    terminal.wait("congestion", "5030", COMPANY[:12], "503")
    terminal.wait("failed", "4040", "404")
    terminal.wait("busy", "1010", "1003", COMPANY[:12], "Caller", "486")
    terminal.wait("congestion", "1007", "503")
    terminal.wait("no answer", "1005", "408")
    terminal.wait("answered", "1008", "0:03")


@pytest.mark.parametrize("source", ["sip_trace", "capture"])
def test_the_trace_of_a_running_call_goes_on_until_it_ends(
    sqlite_lab: Lab, folder: Path, terminal: Terminal, source: str
) -> None:
    """Out of Kamailio's table, or out of a capture with the sound that tcpdump is still writing."""
    if source == "capture":
        database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
        row = {
            "name": "Edge",
            "path": str(sqlite_lab.run / "run"),
            "pattern": "edge.pcap",
            "enabled": True,
            "version": 1,
        }
        database.write(lambda connection: connection.execute(insert(CaptureFolder), [row]))
        database.close()
    sqlite_lab.do("tell", "lan", "dial", "1002@lab.test")
    go(terminal, "Live")
    terminal.wait("answered", COMPANY)
    time.sleep(3)  # of talk
    terminal.type("t")
    terminal.wait("Nothing wrong so far")
    terminal.wait("in progress")
    sqlite_lab.do("tell", "lan", "hangup")
    terminal.wait("they talked for" if source == "capture" else "the call lasted")
    terminal.wait("─ BYE ─")
    assert "in progress" not in "".join(terminal.lines)
    if source == "capture":
        terminal.wait("═ PCM", "packets")


def partnertui(lab: Lab, folder: Path, *words: str) -> str:
    """A command on the agent's host; returns what it prints."""
    command = lab.agent(sys.executable, "-m", "partnertui", "--dir", str(folder), *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
