"""What is named in a string for later is there when it is needed."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import partnertui
from partnertui.kit.declare.lazy import lazy, resolve

SOURCE = Path(partnertui.__file__).parent
LATER = re.compile(r'"(partnertui(?:\.\w+)+:\w+)"')
NAMES = sorted({name for path in SOURCE.rglob("*.py") for name in LATER.findall(path.read_text("utf-8"))})
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(partnertui.__path__, "partnertui.")
    if not module.name.endswith("__main__") and ".migrations." not in module.name
)


def test_there_are_names_to_check() -> None:
    assert len(NAMES) > 10


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_string_resolves(name: str) -> None:
    found = resolve(name)
    assert callable(found) or isinstance(found, tuple)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported(module: str) -> None:
    """A name that exists for the type checker only is noticed here, not at a key press."""
    importlib.import_module(module)


def test_arguments_are_passed_on() -> None:
    assert lazy("partnertui.kit.declare.key_map:key_label")("ctrl+p") == "Ctrl+P"


def test_a_wrong_name_fails_when_it_is_called() -> None:
    later = lazy("partnertui.kit.declare.key_map:no_such_name")
    with pytest.raises(AttributeError):
        later()
