"""The way back is kept for a limited number of locations."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from partnertui.kit.declare.view_location import Location
from partnertui.kit.shell.view_stack import MOST_VISITED, ViewStack


def test_the_history_and_its_makers_level_off(monkeypatch: Any) -> None:
    stack = ViewStack(SimpleNamespace(), lambda: None)
    monkeypatch.setattr(stack, "_show", lambda location: None)
    for number in range(MOST_VISITED * 3):
        stack.open(Location("customers", number), lambda services, location: None)  # type: ignore[arg-type,return-value]
    assert len(stack.history) == len(stack._makers) == MOST_VISITED
    assert stack.location == Location("customers", MOST_VISITED * 3 - 1)
