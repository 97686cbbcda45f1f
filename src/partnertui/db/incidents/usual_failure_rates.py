"""The usual failure rate of each carrier, prefix, phone model and network, over the day before."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Connection

from partnertui.db.incidents.call_attempts import call_attempts
from partnertui.domain.incidents import LEAST_CALLS_FOR_USUAL_RATE, USUAL_RATE_PERIOD, WINDOW, SharedBy


def usual_rates(connection: Connection, now: datetime) -> dict[tuple[SharedBy, str], float]:
    """The part of the calls that failed, by value, of the day before the window; bounded as `call_attempts` is."""
    seen: dict[tuple[SharedBy, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in call_attempts(connection, now - USUAL_RATE_PERIOD, now - WINDOW):
        for kind, values in one.shares.items():
            for value in values:
                count = seen[kind, value]
                count[0] += bool(one.verdict)
                count[1] += 1
    return {key: failed / calls for key, (failed, calls) in seen.items() if calls >= LEAST_CALLS_FOR_USUAL_RATE}
