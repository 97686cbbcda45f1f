"""Inserts the CDRs of a batch and books their charges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from partnertui.db.bulk_statements import free_ids, insert_at_once
from partnertui.db.models import Cdr
from partnertui.db.models.base import table_of
from partnertui.db.rating.account_bookings import Accounts
from partnertui.db.rating.call_pricer import PricedCall
from partnertui.db.rating.charge_calls import charge_all
from partnertui.db.rating.terms_when_charged import store_terms
from partnertui.db.rows.type_aliases import RowDict
from partnertui.db.sync.rejected_rows import REFUSALS, refused_rows


class Overtaken(Exception):
    """Another program imported some of these calls since it was looked for them: the batch has to begin anew."""


def lock_accounts(connection: Connection, calls: Iterable[PricedCall]) -> Accounts:
    """Locks the customers whose calls have a price."""
    customers = {call.cdr["customer_id"] for call in calls if call.price is not None}
    return Accounts(connection, customers, datetime.now(UTC))


def insert_calls(
    connection: Connection, calls: Sequence[PricedCall], accounts: Accounts
) -> tuple[list[RowDict], dict[str, str]]:
    """Inserts and charges calls; returns the CDRs written, and why by the origin of each that the database refuses.

    `accounts` are theirs. Raises Overtaken.
    """
    refused: dict[str, str] = {}
    if not calls:
        return [], refused
    terms = store_terms(connection, {call.price.id: call.price for call in calls if call.price is not None}.values())
    ids = free_ids(connection, table_of(Cdr), len(calls))
    for key, call in zip(ids, calls, strict=True):
        call.cdr["id"] = key
    cdrs = [call.cdr for call in calls]
    names = tuple(cdrs[0])

    def insert(rows: Sequence[RowDict]) -> int:
        values = [tuple(row.values()) for row in rows]
        return insert_at_once(connection, table_of(Cdr), names, values, skip_known=True)

    charge_all(calls, accounts, terms)
    try:
        # Without a savepoint, PostgreSQL takes nothing more in a transaction once a row was refused.
        with connection.begin_nested():
            written = insert(cdrs)
    except REFUSALS:
        refused = refused_rows(connection, insert, cdrs)
        if not refused:
            raise
        accounts.forget()
        calls = [call for call in calls if call.cdr["origin"] not in refused]
        cdrs = [call.cdr for call in calls]
        charge_all(calls, accounts, terms)
        written = insert(cdrs)
    if written != len(cdrs):
        raise Overtaken
    accounts.write()
    return cdrs, refused
