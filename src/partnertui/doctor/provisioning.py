"""Checks whether users can be written to the switch, if that is configured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from partnertui.db.database import open_database
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.subscriber_database import open_switch
from partnertui.db.kamailio.subscriber_tables import VERSIONS
from partnertui.db.provisioning.outbox_consumer import count_waiting
from partnertui.doctor.check_result import Finding, fail, look, ok

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings


def check(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """The switch has both tables, and nothing is waiting."""
    if settings.kamailio.subscribers != "write":
        return

    try:
        with (
            closing(open_database(settings.database_url)) as ours,
            closing(open_switch(ours, settings.kamailio)) as switch,
        ):
            waiting, reason = ours.read(count_waiting)
            switch.read(lambda connection: None)
    except DatabaseError as error:
        yield fail("users", f"can't be written to the switch: {error}", error.advice)
        return
    tables = ", ".join(f"{name} {version}" for name, version in VERSIONS.items())
    yield ok("users", f"are written to the switch: {tables}")
    if waiting:
        yield look("users", f"{waiting:,} waiting to be written: {reason or 'not tried yet'}", "Run “partnertui sync”.")
