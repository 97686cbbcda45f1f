"""Leaves out what this machine cannot test, and says so in the run's last line: nothing is skipped quietly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "lab"))
from labtools import why_not

LEFT = pytest.StashKey[dict[str, int]]()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes lab tests out where the lab cannot run."""
    wanted = [item for item in items if item.get_closest_marker("lab")]
    reason = why_not() if wanted else None
    if reason is None:
        return
    config.stash[LEFT] = {f"{len(wanted)} lab tests (Kamailio and phones in tests/lab): {reason}": len(wanted)}
    config.hook.pytest_deselected(items=wanted)
    items[:] = [item for item in items if item not in wanted]


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
