"""Leaves out what this machine cannot test, and says so in the run's last line: nothing is skipped quietly."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "lab"))
from tests.lab.labtools import why_not
from tests.poolers import POOLER_PATH
from tests.servers import binaries

LEFT = pytest.StashKey[dict[str, int]]()


def uses_lab(item: pytest.Item) -> bool:
    """A test in the lab."""
    return item.get_closest_marker("lab") is not None


def uses_postgresql(item: pytest.Item) -> bool:
    """A test with a PostgreSQL server, ours or the lab's."""
    callspec = getattr(item, "callspec", None)
    names = getattr(item, "fixturenames", ())
    return (
        item.get_closest_marker("postgresql") is not None
        or not {"cluster", "postgres_database"}.isdisjoint(names)
        or (callspec is not None and callspec.params.get("lab") == "pgsql")
    )


def why_no_postgresql() -> str | None:
    """Why there is no server; None where there is one."""
    try:
        binaries()
    except RuntimeError as error:
        return str(error).split(":")[0]
    return None


CAPTURES = Path(__file__).parents[2] / "shared" / "captures"
"""Real captures, which the project may not hold."""


def uses_captures(item: pytest.Item) -> bool:
    """A test on them."""
    return item.get_closest_marker("captures") is not None


def why_no_captures() -> str | None:
    """Why they can't be read; None where they are there."""
    return None if CAPTURES.is_dir() else "they are not beside the project"


def uses_tshark(item: pytest.Item) -> bool:
    """A test that lets tshark read."""
    return item.get_closest_marker("tshark") is not None


def why_no_tshark() -> str | None:
    """Why it cannot; None where it can."""
    return None if shutil.which("tshark") else "tshark is not installed"


def uses_bwrap(item: pytest.Item) -> bool:
    """A test of what bubblewrap hides."""
    return item.get_closest_marker("bwrap") is not None


def why_no_bwrap() -> str | None:
    """Why it can't be tested; None where it can."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    command = ("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")
    return None if subprocess.run(command, capture_output=True).returncode == 0 else "bubblewrap may not be used here"


def uses_pgbouncer(item: pytest.Item) -> bool:
    """A test through the connection pooler."""
    return "pooler" in getattr(item, "fixturenames", ())


def why_no_pgbouncer() -> str | None:
    """Why there is none; None where it is there."""
    return None if shutil.which("pgbouncer", path=POOLER_PATH) else "pgbouncer is not installed"


def uses_icmp(item: pytest.Item) -> bool:
    """A test that sends ICMP."""
    callspec = getattr(item, "callspec", None)
    return callspec is not None and callspec.params.get("method") == "ICMP"


def why_no_icmp() -> str | None:
    """Why it cannot be sent; None where it can."""
    for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
        try:
            socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP).close()
        except OSError:
            continue
        return None
    return "this user may open no ICMP socket"


SSHD_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
"""Where OpenSSH's server is looked for."""


def uses_sshd(item: pytest.Item) -> bool:
    """A test that logs in by SSH."""
    return item.get_closest_marker("sshd") is not None


def why_no_sshd() -> str | None:
    """Why it cannot; None where it can."""
    return None if shutil.which("sshd", path=SSHD_PATH) else "openssh-server is not installed"


def uses_tmux(item: pytest.Item) -> bool:
    """A test inside a terminal multiplexer."""
    return item.get_closest_marker("tmux") is not None


def why_no_tmux() -> str | None:
    """Why there is none; None where it is there."""
    return None if shutil.which("tmux") else "tmux is not installed"


def uses_root(item: pytest.Item) -> bool:
    """A test that mounts a disk of its own."""
    return item.get_closest_marker("root") is not None


def why_no_root() -> str | None:
    """Why it cannot; None where it can."""
    return None if os.getuid() == 0 else "this user may mount no disk"


KINDS = (
    ("lab tests (Kamailio and phones in tests/lab)", uses_lab, why_not),
    ("tests on real captures", uses_captures, why_no_captures),
    ("tests that send ICMP", uses_icmp, why_no_icmp),
    ("tests with tshark", uses_tshark, why_no_tshark),
    ("tests of what bubblewrap hides", uses_bwrap, why_no_bwrap),
    ("tests through pgbouncer", uses_pgbouncer, why_no_pgbouncer),
    ("tests by SSH", uses_sshd, why_no_sshd),
    ("tests in tmux", uses_tmux, why_no_tmux),
    ("tests on a full disk", uses_root, why_no_root),
    ("tests on PostgreSQL", uses_postgresql, why_no_postgresql),
)
"""What needs something of the machine: its name, which tests, why it cannot be."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes out the tests of each kind that this machine lacks something for."""
    left = {}
    for name, uses, why in KINDS:
        wanted = [item for item in items if uses(item)]
        reason = why() if wanted else None
        if reason is None:
            continue
        left[f"{len(wanted)} {name}: {reason}"] = len(wanted)
        config.hook.pytest_deselected(items=wanted)
        items[:] = [item for item in items if item not in wanted]
    config.stash[LEFT] = left


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the main process."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT, {})


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker leaves the same ones out, so that the last one's word holds."""
    node.config.stash[LEFT] = getattr(node, "workeroutput", {}).get("left_out", {})


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workeroutput"):
        for line in config.stash.get(LEFT, {}):
            reporter.write_line(f"Left out: {line}.", yellow=True, bold=True)
