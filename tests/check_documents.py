"""Checks that the documents are about the program as it is; `make check` runs it.

Every command is in README.md, every file and link that a document names exists, and CONTRIBUTING.md has a recipe for
everything that can be added.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from partnertui.commands import COMMANDS

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "partnertui"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")
MODULE = re.compile(r"`([\w./]+/[\w]+\.py)`")
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
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for link in LINK.findall(text):
            if not (document.parent / link).exists():
                yield f"{document.relative_to(ROOT)} links to {link}, which doesn't exist"
        for module in MODULE.findall(text):
            found = any((root / module).exists() for root in (ROOT, SOURCE, SOURCE / "kit"))
            if not found and not any(part in module for part in MADE_BY_A_RECIPE):
                yield f"{document.relative_to(ROOT)} names `{module}`, which doesn't exist"


def main() -> int:
    """Prints the problems; 1 if there is one."""
    found = list(problems())
    print("\n".join(found) or f"{len(DOCUMENTS)} documents are up to date.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
