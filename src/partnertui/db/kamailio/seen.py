"""Since when a phone is registered, as far as it can be told.

Kamailio keeps only the last refresh. A phone keeps its Call-ID through all refreshes (RFC 3261, section 10.2.4), so the
first REGISTER with it in `sip_trace` is when the registration began, if traces are kept and reach back that far.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, inspect, select

from partnertui.db.kamailio.tables import Tables


def registered_since(connection: Connection, place: Tables, call_ids: Sequence[str]) -> dict[str, datetime]:
    """The first REGISTER of each Call-ID; one is left out where no trace of it is kept."""
    trace = place.sip_trace
    if not call_ids or not inspect(connection).has_table(trace.name, schema=trace.schema):
        return {}
    first: Any = func.min(trace.c.time_stamp, type_=trace.c.time_stamp.type)
    found = (
        select(trace.c.callid, first)
        .where(trace.c.callid.in_(call_ids), trace.c.method == "REGISTER")
        .group_by(trace.c.callid)
    )
    return {str(call_id): moment for call_id, moment in connection.execute(found) if moment is not None}
