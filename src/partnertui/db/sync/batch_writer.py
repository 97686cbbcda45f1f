"""Writes a batch in one transaction: CDRs, charges, and the new position in the source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, select, true

from partnertui.db.bulk_statements import is_in
from partnertui.db.cdr_partitions import lock_imports, moved_until
from partnertui.db.database import Database
from partnertui.db.drivers.sqlite import widen_cache
from partnertui.db.errors import DatabaseError
from partnertui.db.models import Cdr, SyncState
from partnertui.db.rating.call_pricer import PricedCall
from partnertui.db.sync.cdr_rows import RECEIVED_SUFFIX
from partnertui.db.sync.insert_calls import Overtaken, insert_calls, lock_accounts
from partnertui.db.sync.prepared_batch import PreparedBatch
from partnertui.db.sync.rejected_rows import Rejected, store
from partnertui.db.sync.switch_call import SourceRow
from partnertui.db.sync.sync_report import SyncReport
from partnertui.db.upsert import insert_into
from partnertui.domain.rating.rating_state import TO_MEND

ATTEMPTS = 5
"""How often a batch starts over because another program imported some of its calls meanwhile."""

LATE = "it started in a month that was moved to other servers, which don't accept new calls"


def position_of(database: Database, source: str) -> str:
    """The position where the last run ended; empty for a new source."""
    query = select(SyncState.position).where(SyncState.source == source)
    return str(database.read(lambda connection: connection.scalar(query)) or "")


def write_batch(
    database: Database, source: str, batch: PreparedBatch, report: SyncReport, *, keep_position: bool = False
) -> bool:
    """Imports a batch and charges its calls; returns whether one of its rows has to wait.

    Then the position stays before that row. `keep_position` leaves it where it is, because an earlier batch of this run
    waits.
    """
    label = source.rpartition(" ")[0]

    def work(connection: Connection) -> Imported:
        return _import(connection, source, batch, keep_position)

    for attempt in range(ATTEMPTS):
        try:
            done = database.write(work)
            break
        except Overtaken:
            if attempt == ATTEMPTS - 1:
                raise DatabaseError("Another program is importing the same calls.", "Run sync again later.") from None
    report.add_imported(label, done.written)
    report.known += done.known
    report.unmatched += done.unmatched
    report.waiting += done.waiting
    report.charged += done.charged
    report.without_price += done.without_price
    for rejected in done.rejected:
        report.add_error(f"{rejected.row.key}: {rejected.reason}")
    return done.stopped


@dataclass(frozen=True)
class Imported:
    """What became of a batch; `rejected` are those that weren't listed before."""

    written: int
    known: int
    unmatched: int
    charged: int
    without_price: int
    waiting: int
    stopped: bool
    rejected: Sequence[Rejected]


def _import(connection: Connection, source: str, batch: PreparedBatch, stopped: bool) -> Imported:
    if connection.dialect.name == "sqlite":
        widen_cache(connection)
    else:
        lock_imports(connection)
    accounts = lock_accounts(connection, chain.from_iterable(batch.cdrs.values()))
    moved = moved_until(connection)
    late = {origin for origin, calls in batch.cdrs.items() if moved and any(_is_before(call, moved) for call in calls)}
    known = _known(connection, batch.cdrs.keys() - late, Cdr.started_at >= moved if moved else true())
    if late and moved:  # only they need the other servers
        known |= _known(connection, late, Cdr.started_at < moved)
    fresh: dict[str, SourceRow] = {}
    done: str | None = None
    waiting: set[str] = set()
    for row in batch.rows:
        new = [call.origin for call in row.calls if call.origin not in known]
        if row.wait and (new or not row.calls):
            waiting |= set(new)
            stopped = True
            continue
        fresh |= dict.fromkeys(new, row)
        if not stopped:
            done = row.position
    calls = [call for origin in fresh if origin not in late for call in batch.cdrs[origin]]
    written, refused = insert_calls(connection, calls, accounts)
    refused |= dict.fromkeys(fresh.keys() & late, LATE)
    rejected = [Rejected(row, row.reason) for row in batch.rows if row.reason]
    rejected += [Rejected(fresh[origin.removesuffix(RECEIVED_SUFFIX)], why) for origin, why in refused.items()]
    bad = {found.row.key for found in rejected}
    good = [row for row in batch.rows if row.calls and row.key not in bad]
    listed = store(connection, source, rejected, good)
    _store_position(connection, source, done, len(written))
    return Imported(
        written=len(written),
        known=len(known),
        unmatched=sum(cdr["customer_id"] is None for cdr in written),
        charged=sum(cdr["charge"] > 0 for cdr in written),
        without_price=sum(cdr["rating"] in TO_MEND for cdr in written),
        waiting=len(waiting),
        stopped=stopped,
        rejected=listed,
    )


def _is_before(call: PricedCall, moment: datetime) -> bool:
    started = call.cdr["started_at"]
    return isinstance(started, datetime) and started < moment


def _known(connection: Connection, origins: Iterable[str], where: ColumnElement[bool]) -> set[str]:
    """Those of the calls that are already CDRs."""
    wanted = [origin + suffix for origin in origins for suffix in ("", RECEIVED_SUFFIX)]
    # IS NOT NULL is said as the index on the origin has it as its condition: else PostgreSQL doesn't use that index.
    query = select(Cdr.origin).where(is_in(connection, Cdr.origin, wanted), Cdr.origin.is_not(None), where)
    return {str(origin).removesuffix(RECEIVED_SUFFIX) for origin in connection.scalars(query)}


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
