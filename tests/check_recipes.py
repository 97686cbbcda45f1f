"""Checks that no step of a recipe in CONTRIBUTING.md was forgotten; `make check` runs it.

Each function is about one kind of thing and yields a sentence for every step that is missing. What concerns tables and
columns is in check_models.py, what concerns screens in `partnertui screens --check`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.contrast import theme_problems
from tests.import_cycles import imports_of
from tests.truth.runner import all_scenarios

import partnertui.calls.diagnosis.rules
import partnertui.kit
import partnertui.screens
from partnertui.calls.diagnosis.rule import Rule
from partnertui.calls.diagnosis.rules import RULES
from partnertui.calls.diagnosis.verdict import Code
from partnertui.commands import COMMANDS
from partnertui.config.load import all_settings
from partnertui.config.settings import THEMES
from partnertui.kit.declare.actions import Action
from partnertui.kit.shell.keys_document import places

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "partnertui"
NO_COMMANDS = frozenset({"flags", "forked_workers", "open_app", "price_list_lookup", "progress_line"})
"""Modules of `commands` that are no command of their own."""
NOT_IN_THE_LAB = frozenset({"rdap", "vies", "xmpp_serves_domain"})
"""Probes that ask a server of the settings, not an address of a row: no command, nothing in the lab answers them."""

NEEDED_BY_PROBES = (
    (
        "partnertui.probes.allowed_addresses",
        "addresses on screen come from strangers, and not all of them may be probed",
    ),
    ("partnertui.screens.shared.wait_for_probe_rate_limit", "it limits how often operators probe a target"),
)
"""Modules that every probe has to use, and why."""


def text_of(paths: Iterable[Path]) -> str:
    """The text of files, one after another."""
    return "\n".join(path.read_text("utf-8") for path in paths)


def modules(package: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Every module of a package with what it defines or imports; imports them."""
    path = importlib.import_module(package).__path__
    for found in pkgutil.walk_packages(path, f"{package}."):
        yield found.name, vars(importlib.import_module(found.name))


def members(value: object, kind: type) -> list[object]:
    """A value of a kind, or those in a tuple."""
    return [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, kind)]


def actions() -> Iterator[str]:
    """An action that nothing offers can't be done, is not in the help and not in docs/keys.md."""
    reached = {action.id for _, found in places(partnertui.screens.find()) for action in found}
    seen = set()
    for package in ("partnertui.kit", "partnertui.screens"):
        for module, values in modules(package):
            for action in (one for value in values.values() for one in members(value, Action)):
                assert isinstance(action, Action)
                if action.id not in reached and action.id not in seen:
                    seen.add(action.id)
                    yield (
                        f"{module} declares {action.id}, which nothing offers: add it to actions= of a page, or name"
                        " its dialog's actions in leads_to= of the action that opens it."
                    )


def pictures() -> Iterator[str]:
    """A screen whose looks no test remembers."""
    folder = ROOT / "tests" / "screens" / "__snapshots__" / "test_every_screen"
    for name in partnertui.screens.find().screens:
        if not (folder / f"test_looks_as_it_did[{name}-80x24].txt").exists():
            yield f"The screen {name} has no picture in tests/screens: run “make snapshots” and look at it."


def verdicts() -> Iterator[str]:
    """A code without a rule or scenario, and a rule that is never asked."""
    ruled = {rule.code for rule in RULES}
    told = {code for scenario in all_scenarios() for expect in scenario.expect for code in expect.codes}
    for code in Code:
        if code not in ruled and code is not Code.UNKNOWN:
            yield f"The verdict {code} has no rule: write one in calls/diagnosis/rules."
        elif code.value not in told:
            yield f"The verdict {code} is right in no scenario: add one to tests/truth/scenarios that has it in codes=."
    for module, values in modules("partnertui.calls.diagnosis.rules"):
        for name, value in values.items():
            if any(rule not in RULES for rule in members(value, Rule)):
                yield f"{module}.{name} is not in RULES: add it to calls/diagnosis/rules/__init__.py."


def probes() -> Iterator[str]:
    """A probe that nobody can run, or that is not tested against a peer."""
    graph = imports_of(SOURCE)
    tests, lab = text_of((ROOT / "tests" / "probes").glob("*.py")), text_of((ROOT / "tests" / "lab").glob("*.py"))
    for found in pkgutil.iter_modules([str(SOURCE / "probes")]):
        module = f"partnertui.probes.{found.name}"
        users = {name for name, imported in graph.items() if any(one.startswith(module) for one in imported)}
        users -= {name for name in users if name.startswith("partnertui.probes.")}
        if found.name == "addresses":  # what all of them allow
            continue
        dialogs = {".".join(name.split(".")[:4]) for name in users if name.startswith("partnertui.screens.shared.")}
        if not dialogs:
            yield f"{module} is run by no dialog: write one in screens/shared."
        if module not in tests:
            yield f"{module} has no test in tests/probes."
        if found.name in NOT_IN_THE_LAB:
            continue
        reached = {one for name, imported in graph.items() if name.startswith((module, *dialogs)) for one in imported}
        for wanted, why in NEEDED_BY_PROBES:
            if dialogs and wanted not in reached:
                yield f"Neither {module} nor its dialog uses {wanted}: {why}."
        commands = sorted(name.rpartition(".")[2] for name in users if name.startswith("partnertui.commands."))
        if not commands:
            yield f"{module} has no command: write one in commands, so that it can be scripted."
        elif not any(f'"{name}"' in lab for name in commands):
            yield f"{module} is not tried in the lab: no test in tests/lab runs “partnertui {commands[0]}”."


def themes() -> Iterator[str]:
    """A theme that can't be read, or that nobody is told of."""
    known = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for path in sorted(THEMES.glob("*.toml")):
        yield from theme_problems(path)
        if path.stem not in known:
            yield f"docs/operating.md doesn't name the theme {path.stem}: add it to the row of the setting theme."


def commands() -> Iterator[str]:
    """A command that can't be called, or that no test calls."""
    there = {found.name for found in pkgutil.iter_modules([str(SOURCE / "commands")])} - NO_COMMANDS
    tests = text_of((ROOT / "tests").rglob("test_*.py"))
    for name in sorted(there - set(COMMANDS)):
        yield f"commands/{name}.py is in no line of COMMANDS in commands/__init__.py."
    for name in sorted(set(COMMANDS) - there):
        yield f"COMMANDS names “{name}”, but there is no commands/{name}.py."
    for name in sorted(there & set(COMMANDS)):
        if f'"{name}"' not in tests and f"from partnertui.{name} import" not in tests:
            yield f"No test runs “partnertui {name}”: write one in tests/cli."


def is_about(path: tuple[str, ...], line: str) -> bool:
    """Whether a line is the row of a setting in the table: `name`, or `[section] name`, `other name`."""
    place = f"| `[{path[0]}] " if path[1:] else "| `"
    return line.startswith(place) and bool(re.search(rf"[` \[]{path[-1]}[`\]]", line.split("|")[1]))


def settings() -> Iterator[str]:
    """A setting that nothing reads, or that docs/operating.md doesn't name."""
    known = (ROOT / "docs" / "operating.md").read_text("utf-8")
    source = text_of(path for path in SOURCE.rglob("*.py") if path != SOURCE / "config" / "settings.py")
    for path, entry in all_settings().items():
        name = ".".join(path)
        if not entry.metadata.get("about"):
            yield f"The setting {name} has no description: declare it with setting(default, reader, description)."
        if path != ("keys",) and not re.search(rf"\.{path[-1]}\b", source):
            yield f"Nothing reads the setting {name}."
        if not any(is_about(path, line) for line in known.splitlines()):
            yield f"docs/operating.md doesn't name the setting {name}: add it to the table of settings."


def main() -> int:
    """Prints what was forgotten; 1 if there is anything."""
    found = [one for check in (pictures, actions, verdicts, probes, themes, commands, settings) for one in check()]
    print("\n".join(found) or "No step of a recipe was forgotten.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
