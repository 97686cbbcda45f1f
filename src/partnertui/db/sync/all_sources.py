"""Imports finished calls from all sources given."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from partnertui.config import without_password
from partnertui.db.database import Database
from partnertui.db.sync.asterisk_table import AsteriskTable
from partnertui.db.sync.batch_size import BatchSize
from partnertui.db.sync.batch_writer import position_of, write_batch
from partnertui.db.sync.kamailio_tables_reader import KamailioCalls
from partnertui.db.sync.master_csv import MasterCsv
from partnertui.db.sync.prepared_batch import Preparation, read_ahead
from partnertui.db.sync.switch_call import SourceRow
from partnertui.db.sync.sync_report import SyncReport

Progress = Callable[[str, int], None]
"""Called with the source and the number of its rows read so far."""


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
    """Imports finished calls as CDRs of `database`, each once, from where the last run ended.

    `timezone` is that of Kamailio's times and, unless `asterisk_timezone` is given, of Asterisk's; None is this host's.
    `country` (ISO 3166) is that of national numbers. Each call is charged by its customer's price list. Each batch is
    one transaction, so an interrupted run loses nothing. Raises DatabaseError, and DomainError for a file
    that can't be read.
    """
    report = SyncReport()
    run = _SyncRun(database, country, progress or (lambda source, rows: None), report)
    zone = ZoneInfo(timezone) if timezone else None
    if kamailio is not None:
        switch = KamailioCalls(kamailio, kamailio_schema, zone)
        for table in switch.sources():
            run.import_source(f"Kamailio {table} {_fingerprint(kamailio.url)}", partial(switch.batches, table))
    zone = ZoneInfo(asterisk_timezone) if asterisk_timezone else zone
    if asterisk is not None:
        cdr = AsteriskTable(asterisk, asterisk_table, zone)
        run.import_source(f"Asterisk {asterisk_table} {_fingerprint(asterisk.url)}", cdr.batches)
    if master_csv is not None:
        run.import_source(
            f"Asterisk {master_csv.name} {_fingerprint(str(master_csv.absolute()))}",
            MasterCsv(master_csv, zone).batches,
        )
    return report


class _SyncRun:
    def __init__(self, database: Database, country: str, progress: Progress, report: SyncReport) -> None:
        self._database, self._progress, self._report = database, progress, report
        self._preparation = Preparation(database, country)

    def import_source(self, source: str, batches: Callable[[str, BatchSize], Iterable[list[SourceRow]]]) -> None:
        """Imports one source; its position stays before the first row that has to wait."""
        stopped, rows = False, 0
        label = source.rpartition(" ")[0]
        self._report.add_imported(label, 0)
        size = BatchSize()
        read = batches(position_of(self._database, source), size)
        for batch in read_ahead(map(self._preparation.prepare, read)):
            begun = time.monotonic()
            stopped |= write_batch(self._database, source, batch, self._report, keep_position=stopped)
            size.took(len(batch.rows), time.monotonic() - begun)
            rows += len(batch.rows)
            self._progress(label, rows)


def _fingerprint(location: str) -> str:
    """Distinguishes switches without revealing their address."""
    return hashlib.sha256(without_password(location).encode()).hexdigest()[:10]
