"""The check of imports inside functions: what it refuses, and what it takes as a reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.local_imports import needless_imports


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A program with a page that loads `cheap` alone; `dear` loads `json`."""
    package = tmp_path / "partnertui"
    for name, text in {
        "__init__": "",
        "screens/__init__": "",
        "screens/cdr/__init__": "",
        "screens/cdr/page": "from partnertui import cheap, used_by_page\n",
        "cheap": "",
        "dear": "import json\n",
        "used_by_page": "",
        "on_demand": "",
    }.items():
        path = package / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return package


@pytest.mark.parametrize(
    ("module", "line", "is_refused"),
    [
        ("used_by_page", "from partnertui import dear", False),  # opening the screen would load more
        ("used_by_page", "from partnertui import cheap", True),
        ("used_by_page", "from partnertui import cheap  # because of …", False),
        ("used_by_page", "# because of …\n    from partnertui import cheap", False),
        ("used_by_page", "with HEAVY:\n        from partnertui import cheap", False),
        ("on_demand", "from partnertui import dear", True),
        ("on_demand", "import json", True),
        ("cheap", "from partnertui.screens.cdr import page", False),  # a cycle
    ],
)
def test_an_import_inside_a_function_needs_a_start_a_cycle_or_a_reason(
    source: Path, module: str, line: str, is_refused: bool
) -> None:
    (source / f"{module}.py").write_text(f"def work():\n    {line}\n")
    found = needless_imports(source)
    assert bool(found) is is_refused
    assert all(text.startswith(f"partnertui/{module}.py:2 is imported inside a function") for text in found)


def test_imports_for_type_checking_load_nothing(source: Path) -> None:
    (source / "used_by_page.py").write_text("if TYPE_CHECKING:\n    from partnertui import dear\n")
    (source / "cheap.py").write_text("def work():\n    from partnertui import dear\n")
    assert not needless_imports(source)
