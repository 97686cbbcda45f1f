"""Finds since when phones have been registered, by the first REGISTER in `sip_trace`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, inspect, select

from partnertui.db.kamailio.tables import Tables


def registered_since(connection: Connection, kamailio: Tables, call_ids: Sequence[str]) -> dict[str, datetime]:
    """The time of the first traced REGISTER by Call-ID; Call-IDs without a trace are left out."""
    # Kamailio stores only the last refresh. A phone uses the same Call-ID for all refreshes (RFC 3261, section 10.2.4),
    # so the first REGISTER with it in `sip_trace` is the beginning, if traces go back that far.
    trace = kamailio.sip_trace
    if not call_ids or not inspect(connection).has_table(trace.name, schema=trace.schema):
        return {}
    first: ColumnElement[datetime] = func.min(trace.c.time_stamp, type_=trace.c.time_stamp.type)
    found = (
        select(trace.c.callid, first)
        .where(trace.c.callid.in_(call_ids), trace.c.method == "REGISTER")
        .group_by(trace.c.callid)
    )
    return {str(call_id): time for call_id, time in connection.execute(found) if time is not None}
