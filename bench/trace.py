"""Traces: a capture of a million packets, signalling and RTP mixed, against sngrep and tshark in the same run.

usage: python bench/trace.py [PACKETS] [ROUNDS]    (PACKETS defaults to 1,000,000; the capture is made once)

Every figure but the ladder's is of a whole process, from its start to its end, with the peak of its memory.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from peers import CACHE
from sip_capture import write
from table_print import median, show

HERE = Path(__file__).parent
OURS = str(HERE.parent / ".venv/bin/partnertui")
INDEX = (
    "import sys; from pathlib import Path; from partnertui.captures.call_id_index import Index;"
    "from partnertui.captures.call_id_index_update import IndexUpdate;"
    "index = Index(Path(sys.argv[2])); assert IndexUpdate(index).update([Path(sys.argv[1])]) == []"
)
FIELDS = (
    "frame.number",
    "frame.time_epoch",
    "ip.src",
    "ip.dst",
    "udp.srcport",
    "udp.dstport",
    "sip.Method",
    "sip.Status-Code",
    "sip.Call-ID",
    "sip.from.user",
    "sip.to.user",
)
CALLS = 50_000
"""sngrep drops calls beyond its limit, 20,000 by default."""


def process(command: list[str]) -> tuple[float, float]:
    """Seconds and megabytes of one run."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{command[0]} ended with {running.returncode}")
    return time.perf_counter() - begun, used.ru_maxrss / 1024


def middle(run: Callable[[], tuple[float, float]], rounds: int) -> tuple[float, float]:
    """Medians of some rounds."""
    found = [run() for _ in range(rounds)]
    return median([seconds for seconds, _ in found]), max(memory for _, memory in found)


def capture(packets: int) -> Path:
    """The capture, made when it is not there yet."""
    path = CACHE / f"calls-{packets}.pcap"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        print(f"making {packets:,} packets …", file=sys.stderr)
        write(path.with_suffix(".part"), packets)
        path.with_suffix(".part").rename(path)
    return path


def loads(path: Path, rounds: int, folder: Path) -> list[tuple[object, ...]]:
    """Reading all of it."""

    def indexed() -> tuple[float, float]:
        for old in folder.glob("captures.db*"):
            old.unlink()
        return process([sys.executable, "-c", INDEX, str(path), str(folder / "captures.db")])

    ours = middle(indexed, rounds)
    peers = {
        "sngrep, load": ["sngrep", "-N", "-q", "-l", str(CALLS), "-I", str(path)],
        "tshark -T fields": [
            "tshark",
            "-n",
            "-r",
            str(path),
            "-Y",
            "sip",
            "-T",
            "fields",
            *(word for name in FIELDS for word in ("-e", name)),
        ],
    }
    rows: list[tuple[object, ...]] = [("partnertui, index", f"{ours[0]:.2f} s", f"{ours[1]:.0f} MB", "")]
    for name, command in peers.items():
        seconds, memory = middle(lambda command=command: process(command), rounds)  # type: ignore[misc]
        rows.append((name, f"{seconds:.2f} s", f"{memory:.0f} MB", f"{ours[0] / seconds:.3f}"))
    return rows


def one_call(path: Path, call_id: str, rounds: int, folder: Path) -> list[tuple[object, ...]]:
    """One call from a file that hasn't been indexed yet."""
    ours = middle(lambda: fresh([OURS, "trace", str(path), "--call-id", call_id], folder), rounds)
    peers = {
        "sngrep, one call": [
            "sngrep",
            "-N",
            "-q",
            "-l",
            str(CALLS),
            "-I",
            str(path),
            "-O",
            str(folder / "one.pcap"),
            call_id,
        ],
        "tshark -Y": ["tshark", "-n", "-r", str(path), "-Y", f'sip.Call-ID == "{call_id}"'],
    }
    rows: list[tuple[object, ...]] = [("partnertui trace", f"{ours[0]:.2f} s", f"{ours[1]:.0f} MB", "")]
    for name, command in peers.items():
        seconds, memory = middle(lambda command=command: process(command), rounds)  # type: ignore[misc]
        rows.append((name, f"{seconds:.2f} s", f"{memory:.0f} MB", f"{ours[0] / seconds:.3f}"))
    return rows


def fresh(command: list[str], folder: Path) -> tuple[float, float]:
    """A run with an empty cache."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    return process([command[0], "--dir", str(home), *command[1:]])


def ladder(folder: Path, call_id: str) -> list[tuple[object, ...]]:
    """From the index to the lines of the ladder, in a program that runs already."""
    from partnertui.calls.diagnosis.diagnose import diagnose
    from partnertui.captures.call_id_index import Index
    from partnertui.captures.indexed_call_loader import CallLoader
    from partnertui.ladder import ladder_text

    times = []
    for _ in range(20):
        with Index(folder / "captures.db") as index, closing(CallLoader(index)) as loader:
            begun = time.perf_counter()
            trace = loader.call(call_id)
            assert trace is not None
            ladder_text(trace, judgement=diagnose(trace), width=140)
            times.append((time.perf_counter() - begun) * 1000)
    assert trace is not None
    return [
        (
            "ladder of an indexed call",
            f"{median(times):.1f} ms",
            f"worst {max(times):.1f} ms",
            f"{len(trace.messages)} messages",
        )
    ]


def same(path: Path, folder: Path) -> list[tuple[object, ...]]:
    """Whether the calls and messages are those that tshark finds."""
    from partnertui.captures.call_id_index import Index

    told = subprocess.run(
        ["tshark", "-n", "-r", str(path), "-Y", "sip", "-T", "fields", "-e", "sip.Call-ID"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    with Index(folder / "captures.db") as index:
        calls, messages = index.connection.execute(
            "SELECT count(DISTINCT call_id), sum(messages) FROM parts"
        ).fetchone()
    return [("partnertui", f"{calls:,}", f"{messages:,}"), ("tshark", f"{len(set(told)):,}", f"{len(told):,}")]


def main() -> None:
    """Prints the tables."""
    packets, rounds = ([int(word) for word in sys.argv[1:]] + [1_000_000, 3][len(sys.argv) - 1 :])[:2]
    path = capture(packets)
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass  # all begin with the file in the page cache
    with tempfile.TemporaryDirectory(prefix="partnertui-bench-") as made:
        folder = Path(made)
        head = ("program", "time", "peak memory", "ours against it")
        size = path.stat().st_size / 1e6
        show(f"Reading a capture of {packets:,} packets, {size:.0f} MB", head, loads(path, rounds, folder))
        from partnertui.captures.call_id_index import Index

        with Index(folder / "captures.db") as index:
            (call_id,) = index.connection.execute(
                "SELECT call_id FROM parts ORDER BY first_us LIMIT 1 OFFSET 5000"
            ).fetchone()
        show("One call out of it, never read before", head, one_call(path, call_id, rounds, folder))
        show("The same call, indexed", ("", "median", "", ""), ladder(folder, call_id))
        show("What was found", ("program", "calls", "messages"), same(path, folder))
    print(f"\nPeak memory of this bench itself: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
