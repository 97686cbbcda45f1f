"""The usual failure rate of each carrier, prefix, phone model and network, over the day before."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Connection

from partnertui.db.incidents.call_attempts import call_attempts
from partnertui.domain.incidents import WINDOW, SharedBy

BEFORE = timedelta(hours=24)
LEAST_CALLS = 10
"""With fewer calls in that time, nothing is usual."""


def usual_rates(connection: Connection, now: datetime) -> dict[tuple[SharedBy, str], float]:
    """The part of the calls that failed, by value, of the day before the window; bounded as `call_attempts` is."""
    seen: dict[tuple[SharedBy, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in call_attempts(connection, now - BEFORE, now - WINDOW):
        for kind, values in one.shares.items():
            for value in values:
                count = seen[kind, value]
                count[0] += bool(one.verdict)
                count[1] += 1
    return {key: failed / calls for key, (failed, calls) in seen.items() if calls >= LEAST_CALLS}
