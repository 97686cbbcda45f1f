"""Checks that the documents are about the program as it is; `make check` runs it.

Every command is in README.md, every file, test, link and name in capitals that a document names exists, its Python
runs, its settings are settings, and CONTRIBUTING.md tells how to add everything that can be added.
"""

from __future__ import annotations

import re
import runpy
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from partnertui import screens
from partnertui.commands import COMMANDS
from partnertui.config.load import all_settings
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.catalog import Catalog, ScreenEntry
from partnertui.kit.declare.check_declarations import mistakes
from partnertui.kit.declare.key_conventions import conflicts
from partnertui.kit.declare.menu_entry import Entry
from partnertui.kit.declare.page import Page

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "partnertui"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")
MODULE = re.compile(r"`([\w./]+/[\w]+\.py)`")
TEST = re.compile(r"(?<![\w./-])((?:tests|bench)/[\w./*-]*\w)")
"""A test, a benchmark or a folder of them, in back quotes or not, as docs/trust.md names them."""
BARE_TEST = re.compile(r"(?<![\w/])(test_\w+\.py)\b")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CAPITALS = re.compile(r"`([A-Z][A-Z0-9]*_?[A-Z0-9_]+)`")
HAS_NAMES = ("CONTRIBUTING.md", "architecture.md")
"""Documents in which a name in capitals is one of the code."""
FAILURES = (ImportError, AttributeError, NameError, TypeError, ValueError, LookupError, SyntaxError)
MADE_BY_A_RECIPE = ("ring_groups",)
"""Parts of a path in the worked example of docs/architecture.md."""
RECIPES = (
    *("A column", "A table with its migration", "A screen", "A shared action", "A dialog", "A verdict rule", "A probe"),
    *("A theme", "A command", "A setting"),
)


def problems() -> Iterator[str]:
    """What is out of date, a sentence each."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in COMMANDS:
        if f"partnertui {name}" not in readme:
            yield f"README.md doesn't mention “partnertui {name}”: add a line to “Use it”"
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for recipe in RECIPES:
        if f"### {recipe}\n" not in contributing:
            yield f"CONTRIBUTING.md has no recipe “{recipe}”"
    source = "\n".join(path.read_text("utf-8") for root in ("src", "tests") for path in (ROOT / root).rglob("*.py"))
    words = set(re.findall(r"\w+", source))
    for document in DOCUMENTS:
        yield from absent(document, words)


def absent(document: Path, words: set[str]) -> Iterator[str]:
    """What a document names and nobody finds: links, modules, names of the code."""
    here, text = document.relative_to(ROOT), document.read_text("utf-8")
    for link in LINK.findall(text):
        if not (document.parent / link).exists():
            yield f"{here} links to {link}, which doesn't exist"
    for name in CAPITALS.findall(text) if document.name in HAS_NAMES else ():
        if name not in words:
            yield f"{here} names `{name}`, which the code does not have"
    yield from absent_tests(here, text)
    for module in MODULE.findall(text):
        found = any((root / module).exists() for root in (ROOT, SOURCE, SOURCE / "kit"))
        if not found and not any(part in module for part in MADE_BY_A_RECIPE):
            yield f"{here} names `{module}`, which doesn't exist"


def absent_tests(here: Path, text: str) -> Iterator[str]:
    """The tests and benchmarks that a document names and nobody finds."""
    for test in TEST.findall(text):
        path = ROOT / test
        if not (path.exists() or path.with_suffix(".py").exists() or any(path.parent.glob(f"{path.name}*"))):
            yield f"{here} names {test}, which doesn't exist"
    for name in BARE_TEST.findall(text):
        if not any((ROOT / "tests").rglob(name)):
            yield f"{here} names {name}, which doesn't exist"


def blocks() -> Iterator[str]:
    """What is wrong with the Python and TOML in the documents."""
    for document in DOCUMENTS:
        names: dict[str, object] = {}
        for language, block in BLOCK.findall(document.read_text("utf-8")):
            where = f"{document.relative_to(ROOT)}, “{block.strip().splitlines()[0]}”"
            if language == "toml":
                yield from (f"{where}: there is no setting {name}" for name in unknown_settings(tomllib.loads(block)))
            elif language == "python":
                try:
                    names |= run(block, names)
                except FAILURES as error:
                    yield f"{where}: the example doesn't run: {type(error).__name__}: {error}"
        yield from (f"{document.relative_to(ROOT)}: {words}" for words in declared(names))


def run(block: str, names: dict[str, object]) -> dict[str, object]:
    """Runs a piece of Python with the names of the pieces before it; returns all names."""
    with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
        file.write(block)
        file.flush()
        return runpy.run_path(file.name, names)


def unknown_settings(table: dict[str, object], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Settings of an example that the program doesn't have."""
    known = all_settings()
    for name, value in table.items():
        here = (*path, name)
        if isinstance(value, dict) and here not in known:
            yield from unknown_settings(value, here)
        elif here not in known:
            yield ".".join(here)


def declared(names: dict[str, object]) -> Iterator[str]:
    """Mistakes in the screen and the actions that the examples of a document declare."""
    entry, page, catalog = names.get("ENTRY"), names.get("PAGE"), screens.find()
    if isinstance(entry, Entry) and isinstance(page, Page):
        others = {name: listed for name, listed in catalog.screens.items() if listed.entry.key != entry.key}
        example = ScreenEntry("example", entry, "")
        yield from mistakes(Catalog({**others, "example": example}, catalog.common_actions, {"example": page}))
    yield from conflicts(value for value in names.values() if isinstance(value, Action))


def main() -> int:
    """Prints the problems; 1 if there is one."""
    found = [*problems(), *blocks()]
    print("\n".join(found) or f"{len(DOCUMENTS)} documents are up to date.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
