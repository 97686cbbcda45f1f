"""Notifies views when somebody else changed the tables that they show; one thread per source."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from partnertui.kit.declare.lazy import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from partnertui.db.query_cancellation import Cancel
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.jobs import Job

    Told = Callable[[frozenset[int]], None]

GATHER_SECONDS = 0.2
"""Changes within this time are told together."""


class ChangeWatch:
    """Follows the sources that pages declare, from the first view that shows them on, until the program ends."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._told: dict[str, dict[int, Told]] = {}
        self._jobs: list[Job] = []
        self._changed: dict[str, set[int]] = defaultdict(set)
        """IDs not told yet, by source; 0 stands for all."""

    def subscribe(self, source: str, owner: object, told: Told) -> None:
        """Calls `told` with the IDs of changed records, or with none if any may have changed.

        `source` is "module:function" of what yields them: see `Page.changes`.
        """
        if source not in self._told:
            self._told[source] = {}
            self._follow(source)
        self._told[source][id(owner)] = told

    def unsubscribe(self, owner: object) -> None:
        """No more calls for this owner."""
        for told in self._told.values():
            told.pop(id(owner), None)

    def stop(self) -> None:
        """Ends the threads: the program is about to end."""
        for job in self._jobs:
            job.cancel()

    def _follow(self, source: str) -> None:
        def changed(cancel: Cancel) -> Iterator[int | None]:
            follow: Callable[..., Iterator[int | None]] = resolve(source)
            return follow(self.services.database, cancel)

        self._jobs.append(self.services.jobs.follow(changed, lambda changed_id: self._gather(source, changed_id)))

    def _gather(self, source: str, changed_id: int | None) -> None:
        # A timer runs exactly while the set isn't empty: `_tell` takes it out.
        waiting = self._changed[source]
        if not waiting:
            self.services.call_later(GATHER_SECONDS, lambda: self._tell(source))
        waiting.add(changed_id or 0)

    def _tell(self, source: str) -> None:
        waiting = self._changed.pop(source, set())
        found = frozenset() if 0 in waiting else frozenset(waiting)
        # A copy: a view that is told may close another one, which unsubscribes.
        for told in list(self._told[source].values()):
            told(found)
