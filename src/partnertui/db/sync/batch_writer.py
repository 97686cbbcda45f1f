"""Writes a batch: its CDRs and the new position of their source, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from partnertui.db.engine import Database
from partnertui.db.models import Cdr, SyncState
from partnertui.db.models.base import Base
from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import Call, SourceRow
from partnertui.db.sync.cdr_rows import RECEIVED_SUFFIX, cdr_rows
from partnertui.db.sync.directory import Directory
from partnertui.db.sync.sync_report import SyncReport


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

    def work(connection: Connection) -> tuple[int, int, int, int, bool]:
        return _import(connection, source, rows, country, keep_position)

    imported, known, unmatched, waiting, stopped = database.write(work)
    report.add_imported(label, imported)
    report.known += known
    report.unmatched += unmatched
    report.waiting += waiting
    return stopped


def _import(
    connection: Connection, source: str, rows: Sequence[SourceRow], country: str, stopped: bool
) -> tuple[int, int, int, int, bool]:
    known = _known(connection, [call for row in rows for call in row.calls])
    fresh: dict[str, Call] = {}
    done: str | None = None
    waiting: set[str] = set()
    for row in rows:
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
    written = _insert(connection, cdrs)
    unmatched = sum(cdr["customer_id"] is None for cdr in cdrs if cdr["origin"] in written)
    _store_position(connection, source, done, len(written))
    return len(written), len(known), unmatched, len(waiting), stopped


def _known(connection: Connection, calls: Sequence[Call]) -> set[str]:
    """Origins of the calls that are already CDRs."""
    wanted = sorted({call.origin + suffix for call in calls for suffix in ("", RECEIVED_SUFFIX)})
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        query = select(Cdr.origin).where(Cdr.origin.in_(wanted[start : start + 500]), Cdr.origin.is_not(None))
        found |= {str(origin).removesuffix(RECEIVED_SUFFIX) for origin in connection.scalars(query)}
    return found


def _insert(connection: Connection, rows: Sequence[RowDict]) -> set[str]:
    """Inserts CDRs and returns the origins written; another sync may have written some at the same time."""
    if not rows:
        return set()
    statement = _insert_into(connection, Cdr).on_conflict_do_nothing().returning(Cdr.origin)
    return {str(origin) for origin in connection.scalars(statement, list(rows))}


def _store_position(connection: Connection, source: str, position: str | None, imported: int) -> None:
    if position is None:
        return
    now = datetime.now(UTC)
    statement = _insert_into(connection, SyncState).values(
        source=source, position=position, rows=imported, updated_at=now
    )
    statement = statement.on_conflict_do_update(
        index_elements=["source"],
        set_={"position": position, "rows": SyncState.rows + imported, "updated_at": now, "trouble": None},
    )
    connection.execute(statement)


def _insert_into(connection: Connection, model: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT with ON CONFLICT, which both dialects have as their own class."""
    return sqlite.insert(model) if connection.dialect.name == "sqlite" else postgresql.insert(model)
