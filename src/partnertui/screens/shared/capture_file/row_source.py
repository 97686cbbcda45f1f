"""The row source of captured calls: read from the index when it changes; verdicts are computed when shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, bindparam, select, update

from partnertui.calls.diagnosis.verdict import Verdict
from partnertui.captures.call_id_index import Index
from partnertui.captures.indexed_call_list import CallEntry, files_under, list_calls, verdicts
from partnertui.db.models.types import Utc
from partnertui.db.rows.filter_criteria import fields_of
from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds import Row

JUDGED = frozenset({"verdict", "why"})
"""Columns that aren't in the index."""
TEXT_COLUMNS = ("opened", "call_id", "method", "from_user", "to_user", "outcome", "verdict", "why", "captures")
BATCH = 200
"""Calls judged per index session."""
MAX_JUDGED = 5_000
"""Most calls that are judged at once because the list is sorted or filtered by verdict: some seconds."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CALLS = Table(
    "captured_calls",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("started_at", Utc),
    Column("seconds", BigInteger),
    Column("sip_code", BigInteger),
    Column("messages", BigInteger),
    *(Column(name, Text) for name in TEXT_COLUMNS),
)


def captured_calls() -> Query:
    """The columns of the list."""
    return select(CALLS)


class CapturedCalls(Snapshot):
    """Calls of the captures at or below a path; of all indexed ones if it's empty."""

    def __init__(self, index: Path, opened: str) -> None:
        super().__init__(CALLS, lambda connection: self._calls())
        self.index, self.opened = index, opened
        self._seen: tuple[object, ...] | None = None
        self._files: dict[int, Path] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._filled = False
        """True once the verdicts of all calls are among the rows."""

    def fetch_page(
        self,
        connection: Connection,
        listing: Listing,
        *,
        after: Key | None = None,
        before: Key | None = None,
        last: bool = False,
        limit: int = 100,
    ) -> PageOfRows:
        """See RowSource; the calls of the page are judged, and all where the order depends on it."""
        self._fill(connection, listing)
        page = super().fetch_page(connection, listing, after=after, before=before, last=last, limit=limit)
        self._judge([row["call_id"] for row in page.rows])
        return PageOfRows([self._judged(row) for row in page.rows], page.more)

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = 10_001) -> Count:
        """See RowSource."""
        self._fill(connection, listing)
        return super().count(connection, listing, cap=cap)

    def _fill(self, connection: Connection, listing: Listing) -> None:
        """Writes verdicts to the rows where they are sorted or narrowed by them."""
        names = {listing.sort.field, *(name for criterion in listing.criteria for name in fields_of(criterion))}
        if names.isdisjoint(JUDGED):
            return
        with self._lock, self._engine.begin() as copy:
            self._renew(connection, copy)
            if self._filled:
                return
            ids = list(copy.execute(select(CALLS.c.call_id)).scalars())
            if len(ids) > MAX_JUDGED:
                raise DomainError(
                    f"{len(ids):,} calls are too many to diagnose at once.",
                    advice="Sort and filter by other columns, or open a single capture.",
                )
            for start in range(0, len(ids), BATCH):
                self._judge(ids[start : start + BATCH])
            one = update(CALLS).where(CALLS.c.call_id == bindparam("which"))
            found = [
                {"which": call_id, "code": verdict.code.value, "text": verdict.text}
                for call_id, verdict in self._verdicts.items()
            ]
            if found:
                copy.execute(one.values(verdict=bindparam("code"), why=bindparam("text")), found)
            self._filled = True

    def _judged(self, row: Row) -> dict[str, object]:
        verdict = self._verdicts.get(row["call_id"])
        return {**row, "verdict": verdict.code, "why": verdict.text} if verdict is not None else dict(row)

    def _judge(self, call_ids: list[str]) -> None:
        waiting = [call_id for call_id in call_ids if call_id not in self._verdicts]
        if waiting:
            with closing(Index(self.index)) as index:
                self._verdicts |= dict(verdicts(index, waiting, list(self._files)))

    def _renew(self, connection: Connection, copy: Connection) -> None:
        """Read the index again only if it changed."""
        with closing(Index(self.index)) as index:
            self._files = files_under(index, self.opened)
            seen = tuple(index.connection.execute("SELECT id, size, changed_ns, messages FROM files ORDER BY id"))
        if (*seen, *self._files) != self._seen:
            self._seen, self._read_at = (*seen, *self._files), float("-inf")
            self._verdicts, self._filled = {}, False
            super()._renew(connection, copy)

    def _calls(self) -> Iterator[dict[str, object]]:
        with closing(Index(self.index)) as index:
            found = list_calls(index, list(self._files))
        for call in found:
            yield self._row(call)

    def _row(self, call: CallEntry) -> dict[str, object]:
        # 63 bits of a hash that is the same in every run, which Python's own isn't: IDs are signed 64-bit integers.
        number = int.from_bytes(hashlib.blake2b(call.call_id.encode("utf-8", "replace"), digest_size=8).digest()) >> 1
        return {
            "id": number,
            "opened": self.opened,
            "call_id": call.call_id,
            "method": call.method,
            "started_at": EPOCH + timedelta(microseconds=call.first_us),
            "seconds": (call.last_us - call.first_us) // 1_000_000,
            "from_user": call.from_user,
            "to_user": call.to_user,
            "outcome": call.outcome,
            "sip_code": call.code or None,
            "messages": call.messages,
            "verdict": None,
            "why": None,
            "captures": ", ".join(self._files[file].name for file in call.files),
        }
