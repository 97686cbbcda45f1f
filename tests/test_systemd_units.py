"""The units in deploy/systemd: hardened, and their commands exist."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from partnertui.commands import COMMANDS

UNITS = sorted(Path("deploy/systemd").glob("*.service"))
MOST_EXPOSED = 3.0
"""systemd's own measure, from 0 to 10; "OK" ends at 5."""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_hardened(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", text)
    assert found is not None, text
    assert float(found[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_valid_and_runs_a_command(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text()
    words = shlex.split(next(line for line in text.splitlines() if line.startswith("ExecStart=")))
    assert next(word for word in words[1:] if not word.startswith(("-", "/"))) in COMMANDS
    copy = tmp_path / unit.name  # verify wants the program to be there
    copy.write_text(text.replace("/usr/local/bin/partnertui", "/bin/true"))
    checked = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert unit.name not in checked.stderr, checked.stderr


def test_a_timer_has_its_service() -> None:
    timers = {path.stem for path in Path("deploy/systemd").glob("*.timer")}
    assert timers <= {unit.stem for unit in UNITS}
