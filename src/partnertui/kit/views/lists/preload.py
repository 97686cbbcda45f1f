"""What the actions of a list need is imported while the agent reads it: their first time is as fast as the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from partnertui.kit.jobs import HEAVY
from partnertui.kit.shell.services import Services

if TYPE_CHECKING:
    from partnertui.kit.declare.page import Page

IDLE = 0.6
"""Seconds that rows stand before it begins."""
_warmed: set[Callable[[], None]] = set()


def warm(services: Services, page: Page | None) -> None:
    """Imports in threads of their own, once in a program."""
    for action in page.actions if page is not None else ():
        if action.warm is not None and action.warm not in _warmed:
            _warmed.add(action.warm)
            services.jobs.long("imports", partial(_import, action.warm), _nothing, _nothing, shown=False)


def _import(work: Callable[[], None], cancel: object, tell: object) -> None:
    with HEAVY:
        work()


def _nothing(outcome: object) -> None:
    """Nobody waits for it."""
