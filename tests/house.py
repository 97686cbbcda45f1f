"""Measures the source against the house's own figures and fails where one is broken.

Run by `make check`; `python tests/house.py [SOURCE]` prints every figure, then a sentence for each breach.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.import_cycles import cycles, imports_of
from tests.local_imports import needless_imports

ROOT = Path(__file__).parent.parent
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
IGNORES = re.compile(r"# type: ignore|# noqa|\bcast\(")
MAX_LINES, MAX_FUNCTION, MAX_METHODS, MEDIAN = 400, 50, 30, 90
MAX_ANY, MAX_IGNORES, MAX_CYCLE = 150, 20, 3
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class House:
    """What was counted, and the breaches found."""

    sizes: list[int] = field(default_factory=list)
    long_functions: int = 0
    blind_excepts: int = 0
    any_count: int = 0
    ignores: int = 0
    format_skips: int = 0
    local_imports: int = 0
    comment_lines: int = 0
    code_lines: int = 0
    stems: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    def read(self, path: Path, text: str) -> None:
        """Counts one file."""
        tree, lines = ast.parse(text), text.splitlines()
        self.breaches += breaches(path, tree, lines)
        if "migrations" not in path.parts:
            self.sizes.append(len(lines))
        self.long_functions += sum(size > MAX_FUNCTION for _, size in functions(tree))
        self.blind_excepts += sum(is_blind(node) for node in ast.walk(tree))
        self.any_count += count_any(tree)
        self.ignores += len(IGNORES.findall(text))
        self.format_skips += text.count("# fmt: skip")
        self.local_imports += count_local_imports(tree)
        self.comment_lines += sum(line.lstrip().startswith("#") for line in lines)
        self.comment_lines += sum("  # " in line and not line.lstrip().startswith("#") for line in lines)
        self.code_lines += sum(bool(line.strip()) for line in lines)
        if path.stem not in {"__init__", "page", "queries", "actions"}:  # every screen has these three
            self.stems[path.stem] += 1


def functions(tree: ast.AST) -> Iterator[tuple[Function, int]]:
    """Functions with their number of lines."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def is_blind(node: ast.AST) -> bool:
    """Whether it catches everything."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    return node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"}


def count_any(tree: ast.AST) -> int:
    """How often `Any` is part of an annotation."""
    annotations: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, Function):
            arguments = [
                *node.args.posonlyargs,
                *node.args.args,
                *node.args.kwonlyargs,
                node.args.vararg,
                node.args.kwarg,
            ]
            annotations += [a.annotation for a in arguments if a is not None and a.annotation is not None]
            annotations += [node.returns] if node.returns is not None else []
        elif isinstance(node, ast.AnnAssign):
            annotations.append(node.annotation)
    return sum(isinstance(n, ast.Name) and n.id == "Any" for a in annotations for n in ast.walk(a))


def count_local_imports(tree: ast.AST) -> int:
    """Imports inside functions."""
    found: set[ast.AST] = set()
    for function, _ in functions(tree):
        found |= {node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)}
    return len(found)


def breaches(path: Path, tree: ast.AST, lines: list[str]) -> list[str]:
    """What one file breaks, a sentence each."""
    found = []
    if len(lines) > MAX_LINES:
        found.append(f"{path}: {len(lines)} lines, {MAX_LINES} at most")
    for function, size in functions(tree):
        if size > MAX_FUNCTION:
            found.append(f"{path}:{function.lineno} {function.name}() has {size} lines, {MAX_FUNCTION} at most")
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(n, Function) for n in node.body)
            if methods > MAX_METHODS:
                found.append(f"{path}:{node.lineno} {node.name} has {methods} methods, {MAX_METHODS} at most")
    found += [f"{path}:{n} leftover" for n, line in enumerate(lines, 1) if LEFTOVERS.search(line)]
    return found


def shared_imports_screens(graph: dict[str, set[str]]) -> list[str]:
    """What screens share must not know a single screen."""
    shared = "partnertui.screens.shared"
    return [
        f"{module} imports {other}: what screens share may not know one of them"
        for module, imported in graph.items()
        if module.startswith(shared)
        for other in sorted(imported)
        if other.startswith("partnertui.screens.") and not other.startswith(shared)
    ]


def measure(source: Path) -> House:
    """Reads every module of the source."""
    house = House()
    for path in sorted(source.rglob("*.py")):
        house.read(path.relative_to(source.parent), path.read_text("utf-8"))
    return house


def figures(house: House, rings: list[list[str]], needless: list[str]) -> list[tuple[str, str]]:
    """The figures, each with its name."""
    return [
        (
            "files · median lines · largest",
            f"{len(house.sizes)} · {statistics.median(house.sizes):.0f} · {max(house.sizes)}",
        ),
        ("functions over 50 lines · blind excepts", f"{house.long_functions} · {house.blind_excepts}"),
        ("`Any` in annotations", f"{house.any_count}"),
        ("`# type: ignore` + `cast` + noqa", f"{house.ignores}"),
        ("`# fmt: skip`", f"{house.format_skips}"),
        ("imports inside functions · without need or reason", f"{house.local_imports} · {len(needless)}"),
        ("largest import cycle, modules", f"{max(map(len, rings), default=0)}"),
        ("lines with a comment", f"{100 * house.comment_lines / house.code_lines:.1f} %"),
        ("module stems that occur twice or more", f"{sum(count > 1 for count in house.stems.values())}"),
        ("modules ending in -ing", f"{sum(count for stem, count in house.stems.items() if stem.endswith('ing'))}"),
    ]


def main() -> int:
    """Prints figures and breaches; 1 if there is a breach."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "src" / "partnertui"
    house, graph = measure(source), imports_of(source)
    rings = cycles(graph)
    needless = needless_imports(source)
    found = [*house.breaches, *shared_imports_screens(graph), *needless]
    found += [f"import cycle of {len(ring)} modules: {', '.join(ring)}" for ring in rings if len(ring) > MAX_CYCLE]
    for name, value, limit in (("Any", house.any_count, MAX_ANY), ("ignores", house.ignores, MAX_IGNORES)):
        if value > limit:
            found.append(f"{value} {name}, {limit} at most")
    median = statistics.median(house.sizes)
    if median >= MEDIAN:
        found.append(f"the median file has {median:.0f} lines, fewer than {MEDIAN} are wanted")
    for name, text in figures(house, rings, needless):
        print(f"{name:<50} {text}")
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
