"""Finds received calls by phone number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, inspect, select

from partnertui.db.hep.stored_messages import ORIGIN
from partnertui.db.models import HepMessage

READ_PER_CALL = 6
"""INVITEs that are read for each call that is wanted: a call has several, with and without a password, and its legs."""


class ReceivedCall(NamedTuple):
    """A Call-ID whose INVITE was received: when, in microseconds since 1970, UTC, from whom and to whom."""

    call_id: str
    time_us: int
    from_user: str
    to_user: str


def received_calls(connection: Connection, users: Sequence[str], most: int) -> list[ReceivedCall]:
    """The newest calls from or to one of these users, as they are in From and To. Raises DatabaseError."""
    if not users or not inspect(connection).has_table(ORIGIN):
        return []
    columns = (HepMessage.call_id, HepMessage.time_us, HepMessage.from_user, HepMessage.to_user)
    found: dict[str, ReceivedCall] = {}
    for column in (HepMessage.from_user, HepMessage.to_user):  # each has its own index, with the time behind it
        for user in users:
            wanted = (column == user) & (HepMessage.method == "INVITE") & (HepMessage.status == 0)
            newest = select(*columns).where(wanted).order_by(HepMessage.time_us.desc()).limit(READ_PER_CALL * most)
            for row in connection.execute(newest):
                call = ReceivedCall(*row)
                known = found.get(call.call_id)
                if known is None or call.time_us < known.time_us:
                    found[call.call_id] = call
    return sorted(found.values(), key=lambda call: -call.time_us)[:most]
