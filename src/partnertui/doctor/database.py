"""Our own database, and Kamailio's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from partnertui.config import without_password
from partnertui.db.errors import DatabaseTrouble
from partnertui.doctor.finding import Finding, fail, look, ok

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings

SLOW = 50.0
"""Milliseconds for an empty question, above which every screen is felt to be slow."""


def check(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """It answers, how fast, and its tables fit."""
    from partnertui.db.engine import open_database

    shown = without_password(settings.database_url)
    try:
        database = open_database(settings.database_url)
        try:
            state = database.check()
            yield speed(database, shown)
            try:
                state.require()
                yield ok("schema", f"version {state.found}")
            except DatabaseTrouble as error:
                yield fail("schema", str(error), error.advice)
        finally:
            database.close()
    except DatabaseTrouble as error:
        yield fail("database", f"{shown}: {error}", error.advice or "See database.url in the settings.")


def speed(database: object, shown: str) -> Finding:
    """How long an empty question takes, the best of five."""
    from sqlalchemy import text

    times = []
    for _ in range(5):
        start = time.perf_counter()
        database.read(lambda connection: connection.execute(text("SELECT 1")).scalar())  # type: ignore[attr-defined]
        times.append((time.perf_counter() - start) * 1000)
    words = f"{shown} answers in {min(times):.1f} ms"
    if min(times) > SLOW:
        return look("database", words, "Every screen asks several times: run partnertui nearer to the server.")
    return ok("database", words)


def check_kamailio(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """Its tables are there and of the versions that this program reads."""
    from partnertui.db.engine import open_database

    if not settings.kamailio.url:
        yield look(
            "kamailio",
            "no database of its own is set: its tables are looked for in ours",
            "Set kamailio.url to see registrations and live calls of the switch.",
        )
    try:
        database = open_database(settings.kamailio_url, read_only=True)
        try:
            from partnertui.db.kamailio import check_versions

            found = database.read(check_versions)
        finally:
            database.close()
    except DatabaseTrouble as error:
        yield fail("kamailio", f"{without_password(settings.kamailio_url)}: {error}", error.advice)
        return
    yield from _versions(found)


def _versions(found: object) -> Iterator[Finding]:
    for table in found:  # type: ignore[attr-defined]
        yield ok("kamailio", str(table))
