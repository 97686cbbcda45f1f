"""The last call of the same parties that was answered: what a failed call is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, select

from partnertui.db.models import Cdr
from partnertui.db.rows.types import Row
from partnertui.domain.calls import Disposition


@dataclass(frozen=True)
class AnsweredCall:
    """A finished call with what finds its trace."""

    call_ids: tuple[str, ...]
    started_at: datetime


def last_answered_call(connection: Connection, call: Row) -> AnsweredCall | None:
    """The latest answered call before this one with the same two numbers and customer, else the first after it.

    Only calls with a Call-ID count. `call` is a row of the CDR list.
    """
    slot = select(Cdr.slot).where(Cdr.id == call["id"]).scalar_subquery()
    same: Select[str | None, str | None, datetime] = select(Cdr.call_id_a, Cdr.call_id_b, Cdr.started_at).where(
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
    for query in (earlier, later):
        found = connection.execute(query.limit(1)).first()
        if found is not None:
            first, second, started_at = found
            return AnsweredCall(tuple(filter(None, (first, second))), started_at)
    return None
