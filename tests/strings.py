"""Lists every user-facing string of the source, one a line with file and line number, by package.

    python tests/strings.py                     all strings
    python tests/strings.py --sample 200        200 of them at random; --seed repeats a choice

Taken from the syntax tree: literals and f-strings (values shown as {…}) that read like text. Left out are
docstrings, type annotations, SQL, CSS, regular expressions, IDs, dictionary keys, log messages and format strings.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "partnertui"
SKIPPED_FOLDERS = ("migrations", "sandbox", "themes")
DEVELOPER_CALLS = frozenset(
    {
        "debug",
        "info",
        "warning",
        "exception",
        "compile",
        "getattr",
        "setattr",
        "hasattr",
        "text",
        "getLogger",
        "TypeVar",
        "NewType",
        "cast",
        "encode",
        "decode",
        "strftime",
        "import_module",
        "index_name",
        "CheckConstraint",
    }
)
"""Calls whose string arguments nobody but a developer sees."""
SQL = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|SET|PRAGMA|WITH|BEGIN|EXPLAIN|LISTEN)\s+[A-Z_a-z*]"
)
CSS = re.compile(r"\{ [a-z-]+: [^}]*; ?|^(background|border|color|height|width): ")
KEY_NAMES = re.compile(r"upper_[a-z]|(ctrl|shift)\+[a-z]|\x1b")
"""Names of keys, and control sequences of the terminal."""
IDENTIFIER = re.compile(r"[a-z0-9_.:/-]+|[A-Z0-9_]+|[\W_]+|[A-Za-z_]+\.[A-Za-z_.]+")
TITLE = re.compile(r"[A-Z][a-z]+")
"""A single capitalised word: most likely a heading."""


class Strings(ast.NodeVisitor):
    """Collects (line, text) of the strings of one module."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str]] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        """Docstrings stand alone."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Skip the arguments of calls that only developers see."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in DEVELOPER_CALLS:
            self.generic_visit(node)
        else:
            self.visit(node.func)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Skip the names that a package exports."""
        if not any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets):
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Skip the annotation."""
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Skip annotations; defaults and body count."""
        for child in (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body, *node.decorator_list):
            self.visit(child)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """As for a function."""
        for child in (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body, *node.decorator_list):
            self.visit(child)

    def visit_Assert(self, node: ast.Assert) -> None:
        """Assertions are for developers."""

    def visit_Constant(self, node: ast.Constant) -> None:
        """A plain string."""
        if isinstance(node.value, str):
            self.add(node.lineno, node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """An f-string as one text, and the strings inside its values."""
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{…}" for part in node.values]
        self.add(node.lineno, "".join(parts))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def add(self, line: int, text: str) -> None:
        """Keep what reads like text."""
        words = text.replace("{…}", " ").strip()
        if not any(char.isalpha() for char in words) or SQL.match(text) or CSS.search(text) or KEY_NAMES.search(text):
            return
        if TITLE.fullmatch(words) or (" " in words and not IDENTIFIER.fullmatch(words) and "\\" not in text):
            self.found.append((line, " ".join(text.split())))


def strings(source: Path = SOURCE) -> Iterator[tuple[str, int, str]]:
    """File, line and text of all strings, sorted by package."""
    for path in sorted(source.rglob("*.py")):
        if any(folder in path.parts for folder in SKIPPED_FOLDERS):
            continue
        visitor = Strings()
        visitor.visit(ast.parse(path.read_text("utf-8")))
        for line, text in visitor.found:
            yield str(path.relative_to(source)), line, text


def main() -> None:
    """Print the list, or a sample of it."""
    parser = argparse.ArgumentParser(description="Lists the user-facing strings of the source.")
    parser.add_argument("--sample", type=int, metavar="N", help="N strings at random")
    parser.add_argument("--seed", type=int, help="repeats a choice")
    args = parser.parse_args()
    found = list(strings())
    if args.sample:
        found = sorted(random.Random(args.seed).sample(found, min(args.sample, len(found))))
    for path, line, text in found:
        print(f"{path}:{line}: {text}")
    print(f"{len(found)} strings")


if __name__ == "__main__":
    main()
