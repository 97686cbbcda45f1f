"""Prepares a batch's CDRs and prices before anything is locked or written."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from partnertui.db.database import Database
from partnertui.db.rating.call_pricer import PricedCall, Pricer
from partnertui.db.rating.price_book import PriceBook
from partnertui.db.sync.cdr_rows import cdr_rows
from partnertui.db.sync.owner_directory import Directory
from partnertui.db.sync.switch_call import Call, SourceRow

T = TypeVar("T")
PRICES_KEPT_SECONDS = 30.0
"""A price that is changed while a sync runs holds for calls imported this much later."""


@dataclass
class PreparedBatch:
    """Rows of a source with the CDRs of their calls, by the call's origin."""

    rows: Sequence[SourceRow]
    cdrs: dict[str, list[PricedCall]] = field(default_factory=dict)


class Preparation:
    """Prepares the batches of a run; keeps the prices it has read for a while."""

    def __init__(self, database: Database, country: str) -> None:
        self._database, self._country = database, country
        self._book, self._read_at = PriceBook(), time.monotonic()

    def prepare(self, rows: Sequence[SourceRow]) -> PreparedBatch:
        """The batch with its CDRs."""
        if time.monotonic() - self._read_at > PRICES_KEPT_SECONDS:
            self._book, self._read_at = PriceBook(), time.monotonic()
        return self._database.read(lambda connection: self._prepare(connection, rows), deadline=60)

    def _prepare(self, connection: Connection, rows: Sequence[SourceRow]) -> PreparedBatch:
        calls: dict[str, Call] = {call.origin: call for row in rows for call in row.calls}
        directory = Directory(connection, list(calls.values()), self._country)
        made = {origin: list(cdr_rows(call, directory)) for origin, call in calls.items()}
        pricer = Pricer(connection, self._book, directory.time_zones)
        return PreparedBatch(rows, {origin: [pricer.priced(cdr) for cdr in cdrs] for origin, cdrs in made.items()})


def read_ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each made in a thread while the caller works on the one before it."""
    source = iter(items)
    with ThreadPoolExecutor(1, "read ahead") as pool:
        # None at the end: a StopIteration out of result() would be a RuntimeError in a generator (PEP 479).
        upcoming = pool.submit(next, source, None)
        while (item := upcoming.result()) is not None:
            upcoming = pool.submit(next, source, None)
            yield item
