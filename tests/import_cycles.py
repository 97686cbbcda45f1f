"""Which modules import which, counting type checking, functions and lazy names, and the cycles among them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LAZY = re.compile(r"^(partnertui[\w.]*):\w+$")
"""A name that is imported when it is first used: `lazy("package.module:name")`, `leads_to`, `record=`."""


def modules_of(source: Path) -> dict[str, Path]:
    """Dotted names of all modules below a package's folder."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(source: Path) -> dict[str, set[str]]:
    """The modules of the package that each module imports, in whatever place of the file."""
    modules = modules_of(source)
    return {
        name: {found for found in _imported(ast.parse(path.read_text("utf-8")), modules) if found != name}
        for name, path in modules.items()
    }


def _imported(tree: ast.AST, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in modules else node.module for name in names if node.module in modules)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and (match := LAZY.match(node.value)):
            yield match.group(1)


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected sets of two or more modules, the largest first (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(sorted(graph[root] & graph.keys())))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while work:
            node, rest = work[-1]
            child = next(rest, None)
            if child is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    ring = stack[stack.index(node) :]
                    del stack[stack.index(node) :]
                    found.append(sorted(ring))
            elif child not in index:
                index[child] = low[child] = len(index)
                stack.append(child)
                work.append((child, iter(sorted(graph[child] & graph.keys()))))
            elif child in stack:
                low[node] = min(low[node], index[child])
    return sorted((ring for ring in found if len(ring) > 1), key=len, reverse=True)
