"""The selects behind the list of number orders, and behind the numbers of one order."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from partnertui.db.models import PendingDdi, PendingDdiNumber
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query, Row
from partnertui.domain.pending_ddis import ENDED


def orders() -> Query:
    """Orders of numbers, each with who must act on its first open number."""
    acting = (
        select(PendingDdiNumber.acting_party)
        .where(PendingDdiNumber.order_id == PendingDdi.id, PendingDdiNumber.state.not_in(ENDED))
        .order_by(PendingDdiNumber.number)
        .limit(1)
        .correlate(PendingDdi)
    )
    return list_query(
        PendingDdi,
        PendingDdi.order_number,
        PendingDdi.kind,
        PendingDdi.country,
        PendingDdi.first_number,
        PendingDdi.numbers,
        PendingDdi.quantity,
        PendingDdi.losing_carrier,
        PendingDdi.requested_at,
        PendingDdi.agreed_at,
        PendingDdi.documents_missing,
        PendingDdi.state,
        PendingDdi.required_action,
        PendingDdi.rejected_reason,
        PendingDdi.created_at,
        PendingDdi.version,
        acting.scalar_subquery().label("acting_party"),
        func.coalesce(PendingDdi.agreed_at, PendingDdi.requested_at).label("due_at"),
    )


def read_numbers(connection: Connection, row: Row) -> dict[str, object]:
    """The numbers of an order as `parts`, and the first call of each active one as `first_calls`."""
    from partnertui.db.ddi_activation import first_calls
    from partnertui.db.pending_ddis import numbers_of

    parts = numbers_of(connection, row["id"])
    return {"parts": parts, "first_calls": first_calls(connection, parts)}
