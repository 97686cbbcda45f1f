"""Writes a batch: CDRs and how far their source is taken over, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from partnertui.db.engine import Database
from partnertui.db.models import Cdr, SyncState
from partnertui.db.rows.types import RowDict
from partnertui.db.sync.call import Call, Item
from partnertui.db.sync.cdr_rows import RECEIVED_SUFFIX, cdrs_of
from partnertui.db.sync.directory import Directory
from partnertui.db.sync.sync_report import SyncReport


def position_of(database: Database, source: str) -> str:
    """Where the last run left off; empty for a source that is new."""
    query = select(SyncState.position).where(SyncState.source == source)
    return str(database.read(lambda connection: connection.scalar(query)) or "")


def store(
    database: Database, source: str, items: Sequence[Item], country: str, report: SyncReport, *, keep: bool = False
) -> bool:
    """Takes a batch over; returns whether one of its items has to wait: the source's position stays before that one.

    `keep` leaves the position where it is, because an earlier batch of this run waits.
    """
    label = source.rpartition(" ")[0]

    def work(connection: Connection) -> tuple[int, int, int, int, bool]:
        return _take(connection, source, items, country, keep)

    taken, known, unmatched, waiting, stopped = database.write(work)
    report.took(label, taken)
    report.known += known
    report.unmatched += unmatched
    report.waiting += waiting
    return stopped


def _take(
    connection: Connection, source: str, items: Sequence[Item], country: str, stopped: bool
) -> tuple[int, int, int, int, bool]:
    there = _known(connection, [call for item in items for call in item.calls])
    fresh: dict[str, Call] = {}
    done: str | None = None
    waiting: set[str] = set()
    for item in items:
        new = [call for call in item.calls if call.origin not in there]
        if item.wait and (new or not item.calls):
            waiting |= {call.origin for call in new}
            stopped = True
            continue
        fresh |= {call.origin: call for call in new}
        if not stopped:
            done = item.position
    directory = Directory(connection, list(fresh.values()), country)
    rows = [row for call in fresh.values() for row in cdrs_of(call, directory)]
    written = _insert(connection, rows)
    lost = sum(row["customer_id"] is None for row in rows if row["origin"] in written)
    _remember(connection, source, done, len(written))
    return len(written), len(there), lost, len(waiting), stopped


def _known(connection: Connection, calls: Sequence[Call]) -> set[str]:
    """Origins that are CDRs already, by the name of the call."""
    wanted = sorted({call.origin + end for call in calls for end in ("", RECEIVED_SUFFIX)})
    found: set[str] = set()
    for at in range(0, len(wanted), 500):
        query = select(Cdr.origin).where(Cdr.origin.in_(wanted[at : at + 500]), Cdr.origin.is_not(None))
        found |= {str(origin).removesuffix(RECEIVED_SUFFIX) for origin in connection.scalars(query)}
    return found


def _insert(connection: Connection, rows: Sequence[RowDict]) -> set[str]:
    """The origins that were really written: another sync may run at the same moment."""
    if not rows:
        return set()
    statement = _upsert(connection)(Cdr).on_conflict_do_nothing().returning(Cdr.origin)
    return {str(origin) for origin in connection.scalars(statement, list(rows))}


def _remember(connection: Connection, source: str, position: str | None, taken: int) -> None:
    if position is None:
        return
    now = datetime.now(UTC)
    statement = _upsert(connection)(SyncState).values(source=source, position=position, rows=taken, updated_at=now)
    statement = statement.on_conflict_do_update(
        index_elements=["source"],
        set_={"position": position, "rows": SyncState.rows + taken, "updated_at": now, "trouble": None},
    )
    connection.execute(statement)


def _upsert(connection: Connection) -> Any:
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert
