"""Checks our database and Kamailio's."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from math import isinf
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from partnertui.config import without_password
from partnertui.db.cdr_partitions import calls_are_by_month, months_left, unfinished_check
from partnertui.db.database import open_database
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio import check_versions
from partnertui.db.models import RejectedRow
from partnertui.db.read_replica import REPLICA_SQL
from partnertui.doctor.check_result import Finding, fail, look, ok
from partnertui.domain.plurals import plural
from partnertui.kit.clock import utc_now

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings
    from partnertui.db.database import Database
    from partnertui.db.kamailio import TableVersion

RIGHTS = """
    SELECT has_column_privilege(r.oid, 'pg_catalog.pg_class', 'reltuples', 'SELECT') AS "estimates of row counts",
      has_function_privilege(r.oid, 'pg_catalog.pg_relation_size(regclass, text)', 'EXECUTE') AS "sizes of tables",
      has_function_privilege(r.oid, 'pg_catalog.pg_advisory_lock(bigint)', 'EXECUTE') AS "advisory locks",
      has_function_privilege(r.oid, 'pg_catalog.lo_create(oid)', 'EXECUTE') AS "large objects",
      has_database_privilege(r.oid, current_database(), 'TEMPORARY') AS "temporary tables"
    FROM pg_catalog.pg_roles r WHERE r.rolname = 'partnertui_partner'
"""
SLOW = 50.0
"""Milliseconds for an empty question, above which every screen is felt to be slow."""


def check(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """It answers, how fast, and its tables fit."""
    shown = without_password(settings.database_url)
    try:
        ours = settings.database
        database = open_database(ours.url, replica=ours.replica, direct=ours.direct)
        try:
            state = database.check()
            yield speed(database, shown)
            yield from other_servers(settings, database)
            try:
                state.require(development=settings.development)
                yield ok("schema", f"version {state.found}")
                yield from rejected_rows(database)
                yield from months_of_calls(database)
                yield from rights_of_everybody(database)
            except DatabaseError as error:
                yield fail("schema", str(error), error.advice)
        finally:
            database.close()
    except DatabaseError as error:
        yield fail("database", f"{shown}: {error}", error.advice or "See database.url in the settings.")


def other_servers(settings: Settings, database: Database) -> Iterator[Finding]:
    """The replica is one and follows; the direct way is direct."""
    if database.replica is not None:
        shown = without_password(settings.database.replica)
        advice = "Lists are read from the primary for now. See database.replica in the settings."
        try:
            is_standby, _, age = database.replica.database.read(
                lambda connection: connection.execute(REPLICA_SQL).one()
            )
        except DatabaseError as error:
            yield look("replica", f"{shown}: {error}", advice)
        else:
            if is_standby:
                replayed = "no transaction replayed yet" if isinf(age) else f"its last transaction is {age:.0f} s old"
                yield ok("replica", f"{shown} is replicating; {replayed}")
            else:
                yield look("replica", f"{shown} isn't a standby", advice)
    if database.direct is not None:
        shown = without_password(settings.database.direct)
        try:
            database.direct.read(lambda connection: connection.execute(text("SELECT 1")))
            yield ok("direct", f"{shown} responds")
        except DatabaseError as error:
            yield look("direct", f"{shown}: {error}", "Change notifications aren't arriving. See database.direct.")


def rejected_rows(database: Database) -> Iterator[Finding]:
    """The number of calls that sync couldn't import, if there are any."""

    number = database.read(lambda connection: connection.scalar(select(func.count(RejectedRow.id)))) or 0
    if number:
        advice = "Open the Rejected rows screen (:rejected-rows); each row shows the reason."
        yield look("sync", f"{plural(number, 'row')} from the switches couldn't be imported", advice)


def months_of_calls(database: Database) -> Iterator[Finding]:
    """Where calls are in months, whether the next one is there."""
    if database.read(unfinished_check):
        advice = "If it was, run it again, or drop ck_cdrs_before: this constraint rejects calls of later months."
        yield look("calls", "“partnertui maintain --partition-calls” is running, or was interrupted", advice)
    if not database.read(calls_are_by_month):
        return
    left = database.read(lambda connection: months_left(connection, utc_now()))
    if left:
        yield ok("calls", f"partitioned by month; partitions exist for the next {plural(left, 'month')}")
    else:
        advice = "Run partnertui maintain every night (partnertui-maintain.timer): until then, lists get slower."
        yield look("calls", "partitioned by month, but next month has no partition", advice)


def rights_of_everybody(database: Database) -> Iterator[Finding]:
    """Whether what PostgreSQL gives to everybody was taken from partners: a copied database has some of it again."""
    if database.dialect != "postgresql":
        return
    row = database.read(lambda connection: connection.execute(text(RIGHTS)).mappings().one())
    if given := [words for words, has_it in row.items() if has_it]:
        advice = "Run deploy/rights.sql as a superuser: see docs/operating.md."
        yield look("rights", f"partners can use {', '.join(given)}", advice)
    else:
        yield ok("rights", "of what PostgreSQL grants to everybody, partners have none of the rights checked here")


def speed(database: Database, shown: str) -> Finding:
    """How long an empty question takes, the best of five."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        database.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
        times.append((time.perf_counter() - start) * 1000)
    words = f"{shown} responds in {min(times):.1f} ms"
    if min(times) > SLOW:
        return look("database", words, "Each screen runs several queries: run partnertui closer to the server.")
    return ok("database", words)


def check_kamailio(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """Its tables are there and of the versions that this program reads."""
    shown = without_password(settings.kamailio_url)
    try:
        database = open_database(settings.kamailio_url, read_only=True)
        try:
            found = database.read(lambda connection: check_versions(connection, settings.kamailio.schema or None))
        finally:
            database.close()
    except DatabaseError as error:
        if settings.kamailio.url:
            yield fail("kamailio", f"{shown}: {error}", error.advice)
        else:
            advice = "Set kamailio.url to see the switch's registrations, live calls and traces."
            yield look("kamailio", "no switch database is configured, and ours shows none of its tables", advice)
        return
    yield from versions(found)


def versions(found: Sequence[TableVersion]) -> Iterator[Finding]:
    """One line for what fits, one for each table that does not."""
    fits = [str(table) for table in found if table.is_supported]
    if fits:
        yield ok("kamailio", ", ".join(fits))
    for table in found:
        if table.is_supported:
            continue
        if table.found is None and table.table != "location":
            yield look("kamailio", str(table), "Anything based on it will be empty: load its module in kamailio.cfg.")
        else:
            advice = "Upgrade Kamailio's tables to that version with kamdbctl, or update partnertui."
            yield fail("kamailio", str(table), advice)
