"""Ten rounds over the lab's path, against mtr: the same hops, the same loss, in which time.

usage: python bench/mtr.py [RUNS]    (as root: it brings up the network of tests/lab for itself)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.lab.labtools import Lab  # noqa: E402

from peers import packaged  # noqa: E402
from table_print import median, show  # noqa: E402

OURS = str(HERE.parent / ".venv/bin/partnertui")
TARGET = "198.51.100.130"
ROUNDS = 10
PEER = ["mtr", "--report", "--report-cycles", str(ROUNDS), "--json", TARGET]
PLAIN = "mtr -n"
"""The ratio is against mtr without names: it waits seconds for them where no DNS answers, as in the lab."""
HopStatistics = list[tuple[str, float, float]]
"""Address, loss in per cent and average in milliseconds of each hop."""


def timed(command: list[str]) -> tuple[float, dict[str, Any]]:
    """Seconds, and the JSON that came out."""
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    seconds = time.perf_counter() - begun
    if not done.stdout:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    return seconds, json.loads(done.stdout)


def of_mtr(told: dict[str, Any]) -> HopStatistics:
    """mtr's hops."""
    return [(hub["host"], hub["Loss%"], hub["Avg"]) for hub in told["report"]["hubs"]]


def of_ours(told: dict[str, Any]) -> HopStatistics:
    """Our hops."""
    return [(" ".join(hop["hosts"]), hop["loss"], hop["avg"] or 0.0) for hop in told["hops"]]


def row(name: str, runs: list[tuple[float, HopStatistics]], peer: list[tuple[float, HopStatistics]]) -> tuple[str, ...]:
    """One line of the table, against the peer's runs; where packets are lost a single round may miss the last hops."""
    seconds, base = median([run[0] for run in runs]), median([run[0] for run in peer])
    statistics, theirs = (max((run[1] for run in some), key=len) for some in (runs, peer))
    same = "yes" if [hop[0] for hop in statistics] == [hop[0] for hop in theirs] else "no"
    hops = [[run[1][target] for run in runs if target < len(run[1])] for target in range(len(statistics))]
    loss = " ".join(f"{median([hop[1] for hop in some]):.0f}%" for some in hops)
    average = " ".join(f"{median([hop[2] for hop in some]):.1f}" for some in hops)
    return name, f"{seconds:.2f} s", f"{seconds / base:.2f}", str(len(statistics)), same, loss, average


def compare(title: str, runs: int, wan: dict[str, str]) -> None:
    """Both programs in turns, on a line of its own."""
    lab = Lab("sqlite", **wan)
    with tempfile.TemporaryDirectory() as home:
        probe = [OURS, "--dir", home, "mtr", TARGET, "-c", str(ROUNDS), "--json"]
        programs = {
            "mtr": (lab.root("agent", *PEER), of_mtr),
            PLAIN: (lab.root("agent", *PEER, "--no-dns"), of_mtr),
            "partnertui, ICMP": (lab.root("agent", *probe), of_ours),
            "partnertui, UDP without rights": (lab.bare("agent", *probe), of_ours),
            "partnertui, one round": (lab.root("agent", *probe, "-c", "1"), of_ours),
        }
        found: dict[str, list[tuple[float, HopStatistics]]] = {name: [] for name in programs}
        lab.up()
        try:
            for _ in range(runs):
                for name, (command, read) in programs.items():
                    seconds, told = timed(command)
                    found[name].append((seconds, read(told)))
        finally:
            lab.down()
    head = ("program", "median", f"against {PLAIN}", "hops", "same hops", "loss a hop", "average a hop, ms")
    show(title, head, [row(name, some, found[PLAIN]) for name, some in found.items()])


def main() -> None:
    """Prints a table for a clean line and one for a bad one."""
    if packaged("mtr") is None:
        raise SystemExit("mtr is not installed: apt-get install mtr-tiny")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    compare(f"MTR: {ROUNDS} rounds, a clean line", runs, {})
    compare(f"MTR: {ROUNDS} rounds, 10% of all packets lost each way behind hop 2", runs, {"LOSS": "10"})


if __name__ == "__main__":
    main()
