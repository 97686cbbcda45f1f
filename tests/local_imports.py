"""Imports inside functions: which of them a start doesn't need, and nobody says why they are there.

A start is the first frame, and the opening of a screen. An import belongs into a function only if the top of its module
would make a start load more, or would close a cycle. Any other reason stands at its line, or above its block.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests.import_cycles import modules_of

FIRST_FRAME = (
    "partnertui.cli",
    "partnertui.commands.open_app",
    "partnertui.app",
    "partnertui.kit.terminal.safe_driver",
    "partnertui.kit.views.lists.actions",
    "partnertui.kit.views.lists.list_view",
)
"""What is loaded before it, see tests/cli/test_first_frame.py; the rest follows from the imports of these."""
STARTS = (FIRST_FRAME, ("partnertui.cli",), ("partnertui.commands.open_app",))
"""`cli` alone is what each command loads; `open_app` alone is loaded by the man page."""
Import = ast.Import | ast.ImportFrom


@dataclass
class Module:
    """What a module imports when it is loaded, and inside its functions without a reason: line and names."""

    at_top: set[str] = field(default_factory=set)
    inside: list[tuple[int, set[str]]] = field(default_factory=list)


@dataclass
class Loading:
    """What loading a module loads."""

    modules: dict[str, Module]

    def closure(self, names: set[str]) -> set[str]:
        """These modules and all that they import, other packages by their first name."""
        found: set[str] = set()
        left = list(names)
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += self.modules[name].at_top if name in self.modules else ()
        return found

    @cached_property
    def starts(self) -> list[set[str]]:
        """What each start loads."""
        pages = [name for name in self.modules if name.startswith("partnertui.screens.") and name.endswith(".page")]
        return [self.closure(set(names)) for names in (*STARTS, *((page,) for page in pages))]

    def needless(self, name: str, imported: set[str]) -> bool:
        """Whether the top of the module is as good a place: no start loads more, and no cycle is closed."""
        loaded = self.closure(imported)
        return name not in loaded and all(name not in start or loaded <= start for start in self.starts)


def needless_imports(source: Path) -> list[str]:
    """A sentence for each import inside a function that neither a start nor a comment is a reason for."""
    paths = modules_of(source)
    loading = Loading({name: read(name, paths) for name in paths})
    return [
        f"{paths[name].relative_to(source.parent)}:{line} is imported inside a function, but the first frame and the "
        "screens don't load more without: import it at the top, or say why in a comment at the line"
        for name, module in loading.modules.items()
        for line, imported in module.inside
        if loading.needless(name, imported)
    ]


def read(name: str, paths: dict[str, Path]) -> Module:
    """The imports of one module; those for type checking alone load nothing."""
    text = paths[name].read_text("utf-8")
    lines, found, package = text.splitlines(), Module(), paths[name].stem == "__init__"
    parents = name.split(".") if package else name.split(".")[:-1]
    found.at_top |= {".".join(parents[:count]) for count in range(1, len(parents) + (not package))}
    for node, is_inside in imports(ast.parse(text), is_inside=False):
        if not is_inside:
            found.at_top |= set(loaded_by(node, paths))
        elif not has_reason(node, lines):
            found.inside.append((node.lineno, set(loaded_by(node, paths))))
    return found


def imports(node: ast.AST, *, is_inside: bool) -> Iterator[tuple[Import, bool]]:
    """All imports that are run, each with whether it is in a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Import):
            yield child, is_inside
        elif not is_exempt(child):
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from imports(child, is_inside=is_inside or is_function)


def is_exempt(node: ast.AST) -> bool:
    """Whether it is a block for type checking, which isn't run, or one that HEAVY guards, which says why it's there."""
    test = node.test if isinstance(node, ast.If) else node.items[0].context_expr if isinstance(node, ast.With) else None
    return getattr(test, "id", "") in {"TYPE_CHECKING", "HEAVY"}


def loaded_by(node: Import, paths: dict[str, Path]) -> Iterator[str]:
    """The modules that an import loads, with the packages around them."""
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [full if (full := f"{node.module}.{name}") in paths else f"{node.module}" for name in names]
    for name in names:
        parts = name.split(".")
        if parts[0] != "partnertui":
            yield parts[0]
            continue
        yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def has_reason(node: Import, lines: list[str]) -> bool:
    """Whether a comment stands at the import, or above the block of imports that it is part of."""
    if any("  # " in line for line in lines[node.lineno - 1 : node.end_lineno]):
        return True
    above = node.lineno - 2
    while lines[above].lstrip().startswith(("from ", "import ", ")")) or lines[above].endswith(","):
        above -= 1
    return lines[above].lstrip().startswith("# ")
