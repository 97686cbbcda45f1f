"""Runs `partnertui trace --json` in this process on the captures of a scenario."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.truth import wire
from tests.truth.marks import Answer, Mark, frames_of, judge
from tests.truth.scenario import DECLARED, Scenario

from partnertui.cli import main

SCENARIOS = Path(__file__).parent / "scenarios"


def all_scenarios() -> list[Scenario]:
    """All that are declared in the modules of `scenarios`, one module a kind."""
    DECLARED.clear()
    for path in sorted(SCENARIOS.glob("*.py")):
        name = f"tests.truth.scenarios.{path.stem}"
        sys.modules.pop(name, None)
        import_module(name)
    return list(DECLARED)


def marks_of(scenario: Scenario, folder: Path) -> list[Mark]:
    """Makes the captures of a scenario in a folder, runs the program on them, and judges what it says."""
    made = scenario.packets()
    captures = folder / "captures"
    names = write_files(captures, made)
    answer = run(scenario, captures, names, folder)
    if scenario.later is not None and not answer.error:
        write_files(captures, scenario.later())
        answer = run(scenario, captures, names, folder)
    return judge(scenario, answer, frames_of(made))


def write_files(folder: Path, made: Any) -> list[str]:
    """Writes what a scenario made; returns the names of the files."""
    files = made if isinstance(made, dict) else {"capture.pcap": wire.pcap(made)}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(files)


def run(scenario: Scenario, captures: Path, names: Sequence[str], home: Path) -> Answer:
    """One run of the command, with a cache of its own."""
    arguments = list(scenario.arguments) or ([names[0]] if len(names) == 1 else ["."])
    output, notes = io.StringIO(), io.StringIO()
    environment = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "XDG_CONFIG_HOME": str(home / "config")}
    given = (captures / names[0]).read_bytes() if "-" in arguments else b""
    with (
        _working_folder(captures),
        patch.dict(os.environ, environment),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(notes),
    ):
        try:
            status = main(["trace", *arguments, "--json"])
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
    text = notes.getvalue() + (f" [exit status {status}]" if status else "")
    try:
        return Answer(json.loads(output.getvalue() or "[]"), text)
    except ValueError:
        return Answer([], text, f"its output is no JSON (status {status})")


@contextlib.contextmanager
def _working_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
