"""Writes a batch: its CDRs and the new position of their source, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from partnertui.db.engine import Database
from partnertui.db.models import Cdr, SyncState
from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import Call, SourceRow
from partnertui.db.sync.cdr_rows import RECEIVED_SUFFIX, cdr_rows
from partnertui.db.sync.directory import Directory
from partnertui.db.sync.rejected_rows import Rejected, insert_each, store
from partnertui.db.sync.sync_report import SyncReport
from partnertui.db.upsert import insert_into


def position_of(database: Database, source: str) -> str:
    """The position where the last run ended; empty for a new source."""
    query = select(SyncState.position).where(SyncState.source == source)
    return str(database.read(lambda connection: connection.scalar(query)) or "")


def write_batch(
    database: Database,
    source: str,
    rows: Sequence[SourceRow],
    country: str,
    report: SyncReport,
    *,
    keep_position: bool = False,
) -> bool:
    """Imports a batch; returns whether one of its rows has to wait, so that the position stays before it.

    `keep_position` leaves the position where it is, because an earlier batch of this run waits.
    """
    label = source.rpartition(" ")[0]

    def work(connection: Connection) -> Imported:
        return _import(connection, source, rows, country, keep_position)

    done = database.write(work)
    report.add_imported(label, done.written)
    report.known += done.known
    report.unmatched += done.unmatched
    report.waiting += done.waiting
    for rejected in done.rejected:
        report.add_error(f"{rejected.row.key}: {rejected.reason}")
    return done.stopped


@dataclass(frozen=True)
class Imported:
    """What became of a batch; `rejected` are those that weren't listed before."""

    written: int
    known: int
    unmatched: int
    waiting: int
    stopped: bool
    rejected: Sequence[Rejected]


def _import(connection: Connection, source: str, rows: Sequence[SourceRow], country: str, stopped: bool) -> Imported:
    known = _known(connection, [call for row in rows for call in row.calls])
    fresh: dict[str, Call] = {}
    done: str | None = None
    waiting: set[str] = set()
    row_of: dict[str, SourceRow] = {}
    for row in rows:
        row_of |= {call.origin: row for call in row.calls}
        new = [call for call in row.calls if call.origin not in known]
        if row.wait and (new or not row.calls):
            waiting |= {call.origin for call in new}
            stopped = True
            continue
        fresh |= {call.origin: call for call in new}
        if not stopped:
            done = row.position
    directory = Directory(connection, list(fresh.values()), country)
    cdrs = [cdr for call in fresh.values() for cdr in cdr_rows(call, directory)]
    written, refused = _insert(connection, cdrs)
    unmatched = sum(cdr["customer_id"] is None for cdr in cdrs if cdr["origin"] in written)
    rejected = [Rejected(row, row.reason) for row in rows if row.reason]
    rejected += [Rejected(row_of[origin.removesuffix(RECEIVED_SUFFIX)], why) for origin, why in refused.items()]
    bad = {found.row.key for found in rejected}
    good = [row for row in rows if row.calls and row.key not in bad]
    listed = store(connection, source, rejected, good)
    _store_position(connection, source, done, len(written))
    return Imported(len(written), len(known), unmatched, len(waiting), stopped, listed)


def _known(connection: Connection, calls: Sequence[Call]) -> set[str]:
    """Origins of the calls that are already CDRs."""
    wanted = sorted({call.origin + suffix for call in calls for suffix in ("", RECEIVED_SUFFIX)})
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        query = select(Cdr.origin).where(Cdr.origin.in_(wanted[start : start + 500]), Cdr.origin.is_not(None))
        found |= {str(origin).removesuffix(RECEIVED_SUFFIX) for origin in connection.scalars(query)}
    return found


def _insert(connection: Connection, rows: Sequence[RowDict]) -> tuple[set[str], dict[str, str]]:
    """See insert_each; another sync may have written some at the same time."""
    if not rows:
        return set(), {}
    return insert_each(connection, insert_into(connection, Cdr).on_conflict_do_nothing().returning(Cdr.origin), rows)


def _store_position(connection: Connection, source: str, position: str | None, imported: int) -> None:
    if position is None:
        return
    now = datetime.now(UTC)
    statement = insert_into(connection, SyncState).values(
        source=source, position=position, rows=imported, updated_at=now
    )
    statement = statement.on_conflict_do_update(
        index_elements=["source"],
        set_={"position": position, "rows": SyncState.rows + imported, "updated_at": now, "trouble": None},
    )
    connection.execute(statement)
