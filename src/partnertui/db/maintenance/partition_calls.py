"""Partitions the CDR table by month without copying rows (PostgreSQL, run once by the owner).

The old table becomes the first partition: all months up to the next one. Whatever takes long (three indexes, a check of
all rows) is done beside readers and writers; they wait for the last transaction alone, some tenths of a second.
Killed before it, the next run begins again; until then a check may be left that refuses calls of the next month.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, func, select, text

from partnertui.db.cdr_partitions import BEFORE_CHECK, calls_are_by_month, make_months, start_of_month
from partnertui.db.connected_operator import owns_tables
from partnertui.db.database import Database
from partnertui.db.models import Cdr
from partnertui.db.models.base import now
from partnertui.db.models.cdr_indexes import TO_MEND_INDEX, TO_MEND_SQL
from partnertui.db.schema_statement_runner import LOCK_TIMEOUT, run_outside_transaction, run_statement
from partnertui.domain.errors import DomainError

LOCKS = 256
"""Enough for max_locks_per_transaction: a statement over two years of months locks a thousand tables and indexes."""
FAR = timedelta(days=366)
"""Calls that start later are errors of a clock; the first partition would reach up to there."""
PRIMARY = "pk_cdrs"
ANEW = {
    PRIMARY: "UNIQUE INDEX {} ON public.cdrs (id, started_at)",
    "uq_cdrs_origin": "UNIQUE INDEX {} ON public.cdrs (origin, started_at) WHERE origin IS NOT NULL",
    TO_MEND_INDEX: f"INDEX {{}} ON public.cdrs (customer_id, id) WHERE {TO_MEND_SQL}",
}
"""Indexes that the old table needs others of as a partition: what it is partitioned by has to be in the unique ones.

The condition of the last is not the same any more once PostgreSQL has read its own words for it.
"""
LONG = 24 * 3600.0
"""Seconds that a step may take; 100 million calls are checked in minutes."""
POLICIES = """
    SELECT p.polname, p.polrelid::regclass::text AS of_table, pg_get_expr(p.polqual, p.polrelid) AS seen,
      pg_get_expr(p.polwithcheck, p.polrelid) AS written,
      (SELECT string_agg(quote_ident(r.rolname), ', ') FROM pg_roles r WHERE r.oid = ANY (p.polroles)) AS roles
    FROM pg_policy p WHERE p.polrelid = 'public.cdrs'::regclass OR p.oid IN (
      SELECT objid FROM pg_depend WHERE classid = 'pg_policy'::regclass AND refobjid = 'public.cdrs'::regclass)"""
"""Policies of the table, and those of others that look into it: they hold on to the table, not to its name."""
GRANTS = """
    SELECT quote_ident(r.rolname) AS role, a.privilege_type AS verb, NULL AS of_column
    FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.oid = 'public.cdrs'::regclass AND a.grantee <> c.relowner
    UNION ALL SELECT quote_ident(r.rolname), x.privilege_type, quote_ident(a.attname)
    FROM pg_attribute a, aclexplode(a.attacl) x JOIN pg_roles r ON r.oid = x.grantee
    WHERE a.attrelid = 'public.cdrs'::regclass"""
DEPENDENTS = """
    SELECT DISTINCT r.ev_class::regclass::text AS name FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = 'public.cdrs'::regclass
    UNION SELECT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'public.cdrs'::regclass
    UNION SELECT tgname::text FROM pg_trigger WHERE tgrelid = 'public.cdrs'::regclass AND NOT tgisinternal"""


@dataclass(frozen=True)
class _Plan:
    """What the last transaction is going to do."""

    bound: datetime
    first: str
    """Name of the old table as a partition."""
    locks: int
    """max_locks_per_transaction of the server."""


def partition_calls(database: Database) -> Generator[str]:
    """Does it, and yields a line after each step. Raises DomainError where it can't be done, and DatabaseError."""
    plan = database.read(_plan, deadline=600)
    yield f"Calls before {plan.bound:%-d %B %Y} stay in one partition; each later month gets its own."
    if plan.locks < LOCKS:
        yield f"max_locks_per_transaction is {plan.locks}: raise it to {LOCKS} before there are many partitions."
    for name, made in ANEW.items():
        run_outside_transaction(database, f"DROP INDEX CONCURRENTLY IF EXISTS public.{name}_anew")
        concurrently = made.replace("INDEX", "INDEX CONCURRENTLY", 1).format(f"{name}_anew")
        run_outside_transaction(database, f"CREATE {concurrently}")
    yield f"{len(ANEW)} indexes were built."
    no_check = f"ALTER TABLE public.cdrs DROP CONSTRAINT IF EXISTS {BEFORE_CHECK}"
    try:
        run_outside_transaction(database, no_check)
        # By this check ATTACH PARTITION needn't look through the table under its lock; validated apart, it keeps nobody
        # waiting.
        check = f"ADD CONSTRAINT {BEFORE_CHECK} CHECK (started_at < '{plan.bound.isoformat()}') NOT VALID"
        run_outside_transaction(database, f"ALTER TABLE public.cdrs {check}")
        run_outside_transaction(database, f"ALTER TABLE public.cdrs VALIDATE CONSTRAINT {BEFORE_CHECK}")
        yield "All calls were checked."
        database.write(partial(_exchange, plan=plan), deadline=600)
    finally:
        run_outside_transaction(database, no_check)
    yield f"The table was replaced; the existing calls are in {plan.first}."
    make_months(database, now().date())
    # Autovacuum never analyses a partitioned table, only its partitions.
    run_outside_transaction(database, "ANALYZE public.cdrs")
    yield "Partitions for the coming months were created."


def _plan(connection: Connection) -> _Plan:
    if connection.dialect.name != "postgresql":
        raise DomainError("SQLite has no partitions.", advice="With SQLite, calls stay in one table.")
    if calls_are_by_month(connection):
        raise DomainError(
            "The calls are already partitioned by month.", advice="“partnertui maintain” creates the partitions."
        )
    if not owns_tables(connection):
        raise DomainError(
            "Only the owner of the tables can do this.", advice="Use the same login as for “partnertui migrate”."
        )
    others = connection.execute(text(DEPENDENTS)).scalars().all()
    if others:
        words = f"These depend on the calls table: {', '.join(others)}."
        raise DomainError(words, advice="Drop them, and recreate them afterwards.")
    newest, at = connection.scalar(select(func.max(Cdr.started_at))), now()
    if newest is not None and newest > at + FAR:
        words = f"A call is dated {newest:%d %B %Y}, probably because a clock was wrong."
        raise DomainError(
            words, advice="Correct or delete it first: otherwise all calls up to then stay in one partition."
        )
    bound = start_of_month(max(newest or at, at).date(), 1)
    locks = int(connection.scalar(text("SELECT current_setting('max_locks_per_transaction')")) or 0)
    return _Plan(bound, f"cdrs_before_{bound:%Y_%m}", locks)


def _exchange(connection: Connection, plan: _Plan) -> None:
    """Puts a partitioned table in the place of the old one, which becomes its first partition."""
    run, first = partial(run_statement, connection), plan.first
    owner = connection.scalar(text("SELECT quote_ident(tableowner) FROM pg_tables WHERE tablename = 'cdrs'"))
    run(f"SET LOCAL ROLE {owner}")  # a superuser would make tables of their own
    run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    run("LOCK TABLE public.cdrs IN ACCESS EXCLUSIVE MODE")
    policies = connection.execute(text(POLICIES)).all()
    grants = connection.execute(text(GRANTS)).all()
    of_indexes = text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'cdrs'")
    indexes = {str(name): str(made) for name, made in connection.execute(of_indexes)}
    for policy in policies:
        run(f"DROP POLICY {policy.polname} ON {policy.of_table}")
    for role in {grant.role for grant in grants}:
        run(f"REVOKE ALL ON public.cdrs FROM {role}")
    run(f"ALTER TABLE public.cdrs DROP CONSTRAINT {PRIMARY}")
    for name in ANEW:
        if name != PRIMARY:
            run(f"DROP INDEX public.{name}")
    for name in indexes.keys() - ANEW.keys():
        renamed = re.sub("^(ix_|uq_|pk_)cdrs_?", rf"\1{first}_", name.removesuffix("_anew")).strip("_")
        run(f"ALTER INDEX public.{name} RENAME TO {renamed}")
    run(f"ALTER TABLE public.cdrs ADD CONSTRAINT pk_{first} PRIMARY KEY USING INDEX pk_{first}")
    run(f"ALTER TABLE public.cdrs RENAME TO {first}")
    kept = [made for name, made in indexes.items() if name not in ANEW and not name.endswith("_anew")]
    anew = [f"CREATE {made}".format(name) for name, made in ANEW.items() if name != PRIMARY]
    _make_parent(connection, first, kept + anew)
    if connection.scalar(text(f"SELECT EXISTS (SELECT 1 FROM public.{first})")):
        bounds = f"FROM (MINVALUE) TO ('{plan.bound.isoformat()}')"
        run(f"ALTER TABLE public.cdrs ATTACH PARTITION public.{first} FOR VALUES {bounds}")
        run(f"ALTER TABLE public.{first} DROP CONSTRAINT {BEFORE_CHECK}")
    else:  # then each month may have a partition of its own, however old the calls that are imported
        run(f"DROP TABLE public.{first}")
    run("CREATE TABLE public.cdrs_default PARTITION OF public.cdrs DEFAULT")
    for name in ("cdrs", "cdrs_default"):
        run(f"ALTER TABLE public.{name} ENABLE ROW LEVEL SECURITY")
    for policy in policies:
        check = f" WITH CHECK ({policy.written})" if policy.written else ""
        run(f"CREATE POLICY {policy.polname} ON {policy.of_table} TO {policy.roles} USING ({policy.seen}){check}")
    for grant in grants:
        column = f" ({grant.of_column})" if grant.of_column else ""
        run(f"GRANT {grant.verb}{column} ON public.cdrs TO {grant.role}")


def _make_parent(connection: Connection, first: str, indexes: list[str]) -> None:
    """The partitioned table, with the same columns, checks, indexes and sequence."""
    run = partial(run_statement, connection)
    copied = "INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS"
    run(f"CREATE TABLE public.cdrs (LIKE public.{first} {copied}) PARTITION BY RANGE (started_at)")
    run(f"ALTER TABLE public.cdrs DROP CONSTRAINT {BEFORE_CHECK}")
    run(f"ALTER TABLE public.cdrs ADD CONSTRAINT {PRIMARY} PRIMARY KEY (id, started_at)")
    for made in indexes:
        run(made)
    # Owned by the old table, it would be dropped with that.
    run("ALTER SEQUENCE public.cdrs_id_seq OWNED BY public.cdrs.id")
