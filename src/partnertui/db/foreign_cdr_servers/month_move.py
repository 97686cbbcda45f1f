"""Moves CDRs of past months to foreign servers, partner by partner.

A month is copied and compared while nobody can change it, and exchanged in one transaction: until its commit all of
the month is here, after it the partners' calls are there. So no call is ever in both, and a call is never parted from
its line of the ledger, as it could be if calls were written to another server. Killed, the next run begins the month
again.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine, text

from partnertui.db.cdr_partitions import start_of_month
from partnertui.db.database import Database, open_database
from partnertui.db.foreign_cdr_servers.catalog import PREFIX, CdrServer, cdr_servers, require_owner
from partnertui.db.foreign_cdr_servers.monthly_unique_indexes import keep_unique_by_month
from partnertui.db.foreign_cdr_servers.remote_month_table import (
    INDEXES,
    index_month,
    make_month,
    schema_of,
    without_slot,
)
from partnertui.db.models.base import now
from partnertui.db.models.cdr_indexes import TO_MEND_SQL
from partnertui.db.schema_statement_runner import LOCK_TIMEOUT, run_statement
from partnertui.domain.errors import DomainError
from partnertui.domain.plurals import plural

LONG = 24 * 3600.0
"""Seconds that a month may take: some 20,000 calls a second are copied and indexed."""
WHOLE = text("""
    SELECT m.part, m.begins, m.ends, pg_get_expr(c.relpartbound, c.oid) AS bounds FROM priv.cdr_months() m
    JOIN pg_catalog.pg_class c ON c.oid = CAST('public.' || quote_ident(m.part) AS regclass)
    WHERE c.relkind = 'r' AND m.ends <= :until ORDER BY m.ends""")
COLUMNS = text("""
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_catalog.pg_attribute
    WHERE attrelid = 'public.cdrs'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''""")
SUM = "SELECT count(*) AS calls, coalesce(sum(hashtextextended(c::text, 0)), 0) AS hash FROM {} c WHERE {}"
"""What is the same on both sides if every value of every call is."""
COPIED = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS"


@dataclass(frozen=True)
class _Month:
    part: str
    bounds: str


def move_months(database: Database, until: datetime, placement: Mapping[str, Sequence[int]]) -> Generator[str]:
    """Moves the months that ended by `until`, the oldest first; yields a line for each.

    `placement` has the partners' IDs by server. Raises DomainError before anything is done, DatabaseError.
    """
    known = {server.name: server for server in database.read(_servers)}
    places = {known[name]: tuple(partners) for name, partners in placement.items() if name in known}
    if missing := placement.keys() - known.keys():
        raise DomainError(f"There is no server “{sorted(missing)[0]}”.", advice="See “partnertui servers list”.")
    partners = [partner for some in places.values() for partner in some]
    if len(partners) != len(set(partners)) or not all(places.values()):
        raise DomainError(
            "Each server needs at least one partner, and each partner can only be on one server.",
            advice="Check the partner IDs.",
        )
    until = min(until, start_of_month(now().date()))
    months = database.read(lambda connection: _whole_months(connection, until))
    if months:
        keep_unique_by_month(database)
    for month in months:
        moved = database.write(partial(_move, month=month, places=places), deadline=LONG)
        yield f"{month.part}: {moved}"


def _servers(connection: Connection) -> list[CdrServer]:
    require_owner(connection)
    return cdr_servers(connection)


def _whole_months(connection: Connection, until: datetime) -> list[_Month]:
    rows = connection.execute(WHOLE, {"until": until}).all()
    for row in rows:
        unpriced = connection.scalar(text(f"SELECT count(*) FROM public.{row.part} WHERE {TO_MEND_SQL}"))
        if unpriced:
            verb = "has" if unpriced == 1 else "have"
            raise DomainError(
                f"{plural(unpriced, 'call')} in {row.part} {verb} no price and can't be rated on another server.",
                advice="Run “partnertui rate” first.",
            )
    return [_Month(row.part, row.bounds) for row in rows]


def _move(connection: Connection, month: _Month, places: Mapping[CdrServer, tuple[int, ...]]) -> str:
    run, part = partial(run_statement, connection), month.part
    # Calls are compared as text, in which times have a zone.
    run("SET LOCAL timezone = 'UTC'")
    # Writers wait until the whole month is moved; readers don't.
    run(f"LOCK TABLE public.{part} IN SHARE MODE")
    words = []
    for server, partners in places.items():
        with closing(open_database(server.url)) as there:
            calls = _copy(connection, there.engine, part, partners)
        words.append(f"{plural(calls, 'call')} to {server.name}")
    # Only from here on, where locks are wanted that everybody else would queue behind.
    run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    run(f"ALTER TABLE public.cdrs DETACH PARTITION public.{part}")
    run(f"ALTER TABLE public.{part} RENAME TO {part}_whole")
    run(f"CREATE TABLE public.{part} (LIKE public.cdrs {COPIED}) PARTITION BY LIST (partner_id)")
    for server, partners in places.items():
        values = ", ".join(map(str, partners))
        run(
            f"CREATE FOREIGN TABLE public.{part}_{server.name} PARTITION OF public.{part} FOR VALUES IN ({values})"
            f" SERVER {PREFIX}{server.name} OPTIONS (schema_name '{schema_of(part)}', table_name 'cdrs')"
        )
    stayed = _keep_rest(connection, part, [partner for some in places.values() for partner in some])
    run(f"DROP TABLE public.{part}_whole")
    for name in (part, f"{part}_here"):
        run(f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY")
    run(f"ALTER TABLE public.cdrs ATTACH PARTITION public.{part} {month.bounds}")
    return f"{', '.join(words)}; {stayed:,} stayed here."


def _copy(here: Connection, remote: Engine, part: str, partners: Sequence[int]) -> int:
    """Copies and indexes the calls of some partners; raises DomainError unless they are the same there."""
    own = f"partner_id IN ({', '.join(map(str, partners))})"
    table = f'"{schema_of(part)}".cdrs'
    columns = here.scalar(COLUMNS)
    with remote.connect().execution_options(write=True) as there, there.begin():
        make_month(here, there, part)
        there.exec_driver_sql("SET LOCAL timezone = 'UTC'")
        source, target = here.connection.driver_connection, there.connection.driver_connection
        assert source is not None
        assert target is not None
        reading = f"COPY (SELECT {columns} FROM public.{part} WHERE {own}) TO STDOUT (FORMAT BINARY)"
        writing = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)"
        with source.cursor().copy(reading) as rows, target.cursor().copy(writing) as copied:
            for chunk in rows:
                copied.write(chunk)
        sent = here.exec_driver_sql(SUM.format(f"public.{part}", own)).one()
        kept = there.exec_driver_sql(SUM.format(table, "true")).one()
        if tuple(sent) != tuple(kept):
            raise DomainError(
                f"The copy of {part} differs: at most {kept.calls:,} of {plural(sent.calls, 'call')} match.",
                advice="This month wasn't moved. See the log, and try again.",
            )
        index_month(here, there, part)
    return int(sent.calls)


def _keep_rest(connection: Connection, part: str, partners: Sequence[int]) -> int:
    """The calls of all other partners and of none, in a table without holes."""
    run, rest = partial(run_statement, connection), f"{part}_here"
    columns = connection.scalar(COLUMNS)
    run(f"CREATE TABLE public.{rest} (LIKE public.cdrs {COPIED})")
    others = f"partner_id IS NULL OR partner_id NOT IN ({', '.join(map(str, partners))})"
    copied = f"INSERT INTO public.{rest} ({columns}) SELECT {columns} FROM public.{part}_whole WHERE {others}"
    stayed = connection.exec_driver_sql(copied).rowcount
    run(f"ALTER TABLE public.{rest} ADD PRIMARY KEY (id, started_at)")
    run(f"CREATE UNIQUE INDEX ON public.{rest} (origin, started_at) WHERE origin IS NOT NULL")
    for made in connection.scalars(INDEXES, {"part": f"{part}_whole"}).all():
        if (statement := without_slot(str(made))) is not None:  # lists read it together with the other servers
            run(re.sub(r"INDEX \w+ ON \S+ ", f"INDEX ON public.{rest} ", statement, count=1))
    run(f"ALTER TABLE public.{part} ATTACH PARTITION public.{rest} DEFAULT")
    return int(stayed)
