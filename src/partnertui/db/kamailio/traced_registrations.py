"""The REGISTER requests of a phone and their answers, from Kamailio's `sip_trace` table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_

from partnertui.calls.trace_model import Message
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.sip_trace import read_messages
from partnertui.db.sip_table_leg_search import MAX_MESSAGES


def traced_registrations(
    connection: Connection, kamailio: KamailioDatabase, user: str, call_ids: Sequence[str], since: datetime
) -> list[Message]:
    """Messages about REGISTER since a time that name this user in To, and those with these Call-IDs.

    Never more than MAX_MESSAGES. Raises KamailioUnavailable if the table is missing or of another version.
    """
    table = kamailio.tables.sip_trace
    # Kamailio's PostgreSQL driver writes messages in hexadecimal
    named = [table.c.msg.contains(text, autoescape=True) for text in (user, user.encode().hex())]
    mine = (table.c.method == "REGISTER") & or_(*named)
    wanted = (table.c.time_stamp >= since) & or_(mine, table.c.callid.in_(call_ids))
    found = kamailio.read(connection, lambda switch: read_messages(switch, kamailio.tables, wanted), "sip_trace")
    return [one for one in found if one.method == "REGISTER" and one.reading.to_user == user][:MAX_MESSAGES]
