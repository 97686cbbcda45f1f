"""The row source of customers' phones: our table, with registration and history of those on the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from partnertui.db.customer_phones import password_changes
from partnertui.db.errors import DatabaseError, QueryCancelled
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.registered_now import registered_agents
from partnertui.db.kamailio.table_versions import KamailioUnavailable
from partnertui.db.rows.listing import Count, Key, Listing, PageOfRows
from partnertui.db.rows.select_source import TABLE
from partnertui.db.rows.source import COUNT_CAP
from partnertui.db.rows.type_aliases import Row, RowDict
from partnertui.domain.phone_status import RegisteredNow, configuration, registered_now

RETRY_SECONDS = 30.0
"""How long a switch that can't be read isn't asked again, so that it doesn't delay every page."""
Agents = dict[tuple[str, str], list[str]]


class PhoneSource:
    """A RowSource; rows also have `registered`, `registered_words`, `configuration` and `password_at`."""

    is_own_database = False

    def __init__(self, kamailio: KamailioDatabase, clock: Callable[[], datetime]) -> None:
        self.kamailio, self.clock = kamailio, clock
        self._failed_at, self._reason = 0.0, ""

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
        """See RowSource."""
        page = TABLE.fetch_page(connection, listing, after=after, before=before, last=last, limit=limit)
        return replace(page, rows=self._with_states(connection, page.rows))

    def count(self, connection: Connection, listing: Listing, *, cap: int | None = COUNT_CAP) -> Count:
        """See RowSource."""
        return TABLE.count(connection, listing, cap=cap)

    def _with_states(self, connection: Connection, rows: Sequence[Row]) -> list[Row]:
        users = {_user(row) for row in rows if row["user_id"] is not None}
        changes = password_changes(connection, {row["user_id"] for row in rows if row["user_id"] is not None})
        agents = self._agents(connection, users) if users else {}
        return [{**row, **self._state(row, agents), **_configuration(row, changes.get(row["user_id"]))} for row in rows]

    def _agents(self, connection: Connection, users: set[tuple[str, str]]) -> Agents | None:
        """The User-Agents by user; None where the switch can't be read."""
        if self._reason and time.monotonic() - self._failed_at < RETRY_SECONDS:
            return None
        try:
            found = registered_agents(connection, self.kamailio, users, self.clock())
        except QueryCancelled:
            raise
        except DatabaseError as error:
            is_ours = self.kamailio.server is None and not self.kamailio.attached_path
            if is_ours and not isinstance(error, KamailioUnavailable):
                raise
            self._failed_at, self._reason = time.monotonic(), str(error)
            return None
        self._reason = ""
        return found

    def _state(self, row: Row, agents: Agents | None) -> RowDict:
        state, words = RegisteredNow.NO_USER, "no: no user is assigned to it"
        if row["user_id"] is not None:
            state, words = RegisteredNow.UNKNOWN, f"not known. {self._reason}"
            if agents is not None:
                state, words = registered_now(row["model_name"], row["mac"], agents.get(_user(row), ()))
        return {"registered": state, "registered_words": words}


def _user(row: Row) -> tuple[str, str]:
    name, _, domain = str(row["aor"]).partition("@")
    return name, domain


def _configuration(row: Row, password_at: datetime | None) -> RowDict:
    state = configuration(row["last_provisioned_at"], password_at)
    return {"configuration": state, "password_at": password_at}
