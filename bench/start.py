"""Start: first complete screen in a pty, against harlequin, posting and a bare Textual shell.

Our modules are compiled first, as an installed package and the peers are: with PYTHONDONTWRITEBYTECODE set, a checkout
would otherwise be compiled again at every start, and only ours.

usage: python bench/start.py [ROUNDS]    (needs the demo data: partnertui --dir .demo demo --no-open)
"""

from __future__ import annotations

import compileall
import sys
import time
from functools import partial
from pathlib import Path

from peers import peer
from pty_run import PtyRun
from table_print import median, show

HERE = Path(__file__).parent
OURS = [str(HERE.parent / ".venv/bin/partnertui"), "--dir", str(HERE.parent / ".demo")]
HEADING = b"Company"
ROW = b"1 of "


def contains(mark: bytes, output: bytes) -> bool:
    """Whether the output has the mark."""
    return mark in output


def first(command: list[str], *marks: bytes) -> list[float]:
    """Seconds from exec until each mark was written, in order."""
    run = PtyRun(command)
    times = []
    for mark in marks:
        run.read(0, 20, until=partial(contains, mark))
        times.append(time.perf_counter() - run.started if mark in run.output else float("nan"))
    run.close()
    return times


def main() -> None:
    """Prints the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    if not (HERE.parent / ".demo" / "partnertui.db").is_file():  # an empty program starts faster
        sys.exit("There is no demo data. Run: partnertui --dir .demo demo --no-open")
    compileall.compile_dir(HERE.parent / "src", quiet=1)
    harlequin, posting = [peer("harlequin"), ":memory:"], [peer("posting")]
    bare = [sys.executable, str(HERE / "bare_shell.py")]
    found: dict[str, list[list[float]]] = {}
    for turn in range(rounds + 1):
        for name, command, marks in (
            ("partnertui", OURS, (b"/ to filter", ROW)),
            ("bare shell", bare, (b"LastColumn",)),
            ("harlequin", harlequin, (b"Query Results",)),
            ("posting", posting, (b"Collection",)),
        ):
            times = first(command, *marks)
            if turn:
                found.setdefault(name, []).append(times)
    ours = median([times[0] for times in found["partnertui"]])
    rows = []
    for name, runs in found.items():
        middle = median([times[0] for times in runs])
        rows.append((name, f"{middle:.3f} s", f"{ours / middle:.2f}"))
    late = median([times[1] - times[0] for times in found["partnertui"]])
    rows.append(("rows on screen after it", f"{late:.3f} s", ""))
    show("Start: first complete screen", ("program", "median", "ours against it"), rows)


if __name__ == "__main__":
    main()
