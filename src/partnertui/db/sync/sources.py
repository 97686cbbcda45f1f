"""Takes finished calls over from all sources that are given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from partnertui.config import without_password
from partnertui.db.engine import Database
from partnertui.db.sync.asterisk_table import CdrTable
from partnertui.db.sync.batch_writer import position_of, store
from partnertui.db.sync.call import Item
from partnertui.db.sync.kamailio_tables_reader import Kamailio
from partnertui.db.sync.master_csv import MasterCsv
from partnertui.db.sync.sync_report import SyncReport

Progress = Callable[[str, int], None]
"""Told the source and how many of its rows were read."""


def sync(
    database: Database,
    *,
    kamailio: Database | None = None,
    kamailio_schema: str = "",
    master_csv: Path | None = None,
    asterisk: Database | None = None,
    asterisk_table: str = "cdr",
    timezone: str | None = None,
    asterisk_timezone: str | None = None,
    country: str = "GB",
    progress: Progress | None = None,
) -> SyncReport:
    """Brings finished calls into the CDRs of `database`, each once, on from where the last run ended.

    `timezone` is that of Kamailio's times and, unless `asterisk_timezone` is given, of Asterisk's; None is the
    system's. `country` (ISO 3166) reads national numbers. What a batch of 500 rows brings is written in one
    transaction with how far it goes, so a run that is broken off loses nothing.
    Raises DatabaseError, and DomainError for a file that cannot be read.
    """
    report = SyncReport()
    run = _Run(database, country, progress or (lambda source, rows: None), report)
    zone = ZoneInfo(timezone) if timezone else None
    if kamailio is not None:
        switch = Kamailio(kamailio, kamailio_schema, zone, report)
        for table in switch.sources():
            run.take(f"Kamailio {table} {_print(kamailio.url)}", partial(switch.batches, table))
    zone = ZoneInfo(asterisk_timezone) if asterisk_timezone else zone
    if asterisk is not None:
        cdr = CdrTable(asterisk, asterisk_table, zone, report)
        run.take(f"Asterisk {asterisk_table} {_print(asterisk.url)}", cdr.batches)
    if master_csv is not None:
        run.take(
            f"Asterisk {master_csv.name} {_print(str(master_csv.absolute()))}",
            MasterCsv(master_csv, zone, report).batches,
        )
    return report


class _Run:
    def __init__(self, database: Database, country: str, progress: Progress, report: SyncReport) -> None:
        self._database, self._country, self._progress, self._report = database, country, progress, report

    def take(self, source: str, batches: Callable[[str], Iterable[list[Item]]]) -> None:
        """All of one source; its position stays before the first item that waits."""
        stopped, rows = False, 0
        label = source.rpartition(" ")[0]
        self._report.took(label, 0)
        for items in batches(position_of(self._database, source)):
            stopped |= store(self._database, source, items, self._country, self._report, keep=stopped)
            rows += len(items)
            self._progress(label, rows)


def _print(place: str) -> str:
    """Tells one switch from another without saying where it is."""
    return hashlib.sha256(without_password(place).encode()).hexdigest()[:10]
