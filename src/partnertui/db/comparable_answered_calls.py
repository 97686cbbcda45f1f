"""Finds answered calls of the same parties, to compare a failed call with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from partnertui.db.models import Cdr
from partnertui.db.rows.type_aliases import Row
from partnertui.domain.call_enums import Disposition


@dataclass(frozen=True)
class AnsweredCall:
    """A finished call with what finds its trace."""

    call_ids: tuple[str, ...]
    started_at: datetime


MOST_CANDIDATES = 5
"""Calls that are offered: the trace of the last one may be gone already, or never have been captured."""


def answered_calls(connection: Connection, call: Row) -> list[AnsweredCall]:
    """Answered calls with the same two numbers and customer: the latest before this one first, then those after it.

    Only calls with a Call-ID count, at most MOST_CANDIDATES. `call` is a row of the CDR list.
    """
    slot = select(Cdr.slot).where(Cdr.id == call["id"]).scalar_subquery()
    same: Select[str | None, str | None, datetime] = select(Cdr.call_id_a, Cdr.call_id_b, Cdr.started_at).where(
        # The indexes of calls begin with the slot: without it none of them helps.
        Cdr.slot == slot,
        Cdr.source_number == call["source_number"],
        Cdr.destination_number == call["destination_number"],
        Cdr.customer_id.is_not_distinct_from(call["customer_id"]),
        Cdr.disposition == Disposition.ANSWERED,
        Cdr.call_id_a.is_not(None),
        Cdr.id != call["id"],
    )
    earlier = same.where(Cdr.started_at <= call["started_at"]).order_by(Cdr.started_at.desc(), Cdr.id.desc())
    later = same.where(Cdr.started_at > call["started_at"]).order_by(Cdr.started_at, Cdr.id)
    found = [row for query in (earlier, later) for row in connection.execute(query.limit(MOST_CANDIDATES))]
    return [
        AnsweredCall(tuple(filter(None, (first, second))), started_at)
        for first, second, started_at in found[:MOST_CANDIDATES]
    ]
