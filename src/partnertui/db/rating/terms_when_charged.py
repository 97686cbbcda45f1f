"""Stores the price terms by which calls were charged, so that charges can be explained later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from sqlalchemy import Connection, select

from partnertui.db.bulk_statements import insert_at_once, is_in
from partnertui.db.models import RatedTerms
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.domain.rating.price_table import CallPrice, CallTerms

TERMS = (
    "name",
    "prefix",
    "currency",
    "per_minute",
    "per_call",
    "minimum",
    "first_seconds",
    "step_seconds",
    "unlimited",
)
_STORED = ("fingerprint", "price_id", "price_list_id", "price_list", *TERMS)


def store_terms(connection: Connection, prices: Iterable[CallPrice]) -> dict[int, int]:
    """IDs of the stored terms by the price's ID; writes those that aren't stored yet."""
    by_fingerprint = {fingerprint_of(price): price for price in prices}
    if not by_fingerprint:
        return {}
    wanted = sorted(by_fingerprint)  # in one order, so that two programs don't wait for each other
    found = _ids(connection, wanted)
    new = [name for name in wanted if name not in found]
    if new:
        rows = [_row(name, by_fingerprint[name]) for name in new]
        insert_at_once(connection, table_of(RatedTerms), _STORED, rows, skip_known=True)
        found |= _ids(connection, new)
    return {price.id: found[name] for name, price in by_fingerprint.items()}


def _ids(connection: Connection, fingerprints: list[str]) -> dict[str, int]:
    query = select(RatedTerms.fingerprint, RatedTerms.id).where(is_in(connection, RatedTerms.fingerprint, fingerprints))
    return {row.fingerprint: row.id for row in connection.execute(query)}


def fingerprint_of(price: CallPrice) -> str:
    """Tells terms from all others; the days on which the price is valid are no part of them."""
    return hashlib.sha256(json.dumps(_row("", price)).encode()).hexdigest()


def _row(fingerprint: str, price: CallPrice) -> tuple[str | int, ...]:
    terms = (getattr(price.terms, name) for name in TERMS)
    return (fingerprint, price.id, price.price_list_id, price.price_list, *terms)


def terms_of(row: ResultRow) -> CallPrice:
    """Stored terms as a price without days."""
    terms = CallTerms(*(getattr(row, name) for name in TERMS))
    return CallPrice(terms, row.price_id, row.price_list_id, row.price_list)
