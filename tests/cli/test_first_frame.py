"""What a start imports before its first frame, counted in a real pty: a count doesn't depend on the machine's load."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from pty_run import PtyRun

MOST_MODULES = 81
"""Modules of ours imported before the first frame, without the entries of screens, of which there is one a screen."""
LATER = {
    "partnertui.config.toml_line_numbers",
    "partnertui.db.rows.filter_criteria",
    "partnertui.db.rows.listing",
    "partnertui.db.rows.source",
    "partnertui.kit.declare.page",
    "partnertui.kit.terminal.clipboard",
}
"""Modules whose classes and patterns take a millisecond or more each, and which no first frame needs."""
ENTRY = re.compile(r"partnertui\.screens\.\w+")
PROGRAM = """
import os, sys
from partnertui import app, cli

def write_modules(self):
    with open(sys.argv[-1], "w") as file:
        file.write("\\n".join(sys.modules))
    print("first frame", file=sys.__stderr__, flush=True)
    os._exit(0)

app.PartnerApp._wake = write_modules
cli.main(["--dir", sys.argv[-2]])
"""


def test_few_modules_of_ours_are_imported_before_the_first_frame(tmp_path: Path) -> None:
    found = tmp_path / "modules"
    run = PtyRun([sys.executable, "-c", PROGRAM, str(tmp_path / "data"), str(found)])
    try:
        run.read(0, until=lambda seen: b"first frame" in seen)
    finally:
        run.close()
    names = set(found.read_text("utf-8").split())
    ours = sorted(name for name in names if name.startswith("partnertui") and not ENTRY.fullmatch(name))
    assert "partnertui.kit.views.lists.list_view" in ours, "the first frame shows a list: this test looked too early"
    assert not LATER & names, f"{sorted(LATER & names)}: import these in the function that uses them, with the reason"
    assert len(ours) <= MOST_MODULES, (
        f"{len(ours)} modules of ours are imported before the first frame, {MOST_MODULES} at most. Import what it "
        "doesn't need in the function that uses it, with the reason at the line, or name it with lazy(). If the first "
        f"frame does need it, measure with python bench/start.py and raise MOST_MODULES.\n{chr(10).join(ours)}"
    )
