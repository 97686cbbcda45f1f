"""Imports the modules of a list's actions while the list is being read, so that the first run isn't slower."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from partnertui.kit.jobs import HEAVY

if TYPE_CHECKING:
    from collections.abc import Callable

    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.page import Page

IDLE_SECONDS = 0.6
"""How long rows are shown before the imports begin."""
_done: set[Callable[[], None]] = set()


def preload(services: Services, page: Page | None) -> None:
    """Imports in a thread for each action, once in a program."""
    for action in page.actions if page is not None else ():
        if action.preload is not None and action.preload not in _done:
            _done.add(action.preload)
            services.jobs.long("imports", partial(_import, action.preload), _ignore, _ignore, shown=False)


def preload_numbers(services: Services, page: Page) -> None:
    """Imports what reads phone numbers where a page has any, before the first one is typed into the filter."""
    from partnertui.kit.declare.kinds import Number  # all kinds, which the first frame doesn't need

    if _numbers not in _done and any(isinstance(column.kind, Number) for column in page.asked):
        _done.add(_numbers)
        services.jobs.long("imports", partial(_import, _numbers), _ignore, _ignore, shown=False)


def _numbers() -> None:
    import phonenumbers  # noqa: F401 - 90 ms, here instead of at a key press


def _import(work: Callable[[], None], cancel: object, progress: object) -> None:
    with HEAVY:
        work()


def _ignore(outcome: object) -> None:
    """No-op: nobody waits for the imports."""
