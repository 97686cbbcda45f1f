"""A Call-ID with more messages than are read: the trace says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from partnertui.calls.trace_model import Trace
from partnertui.db import sip_table_leg_search
from partnertui.db.database import Database
from partnertui.db.kamailio import sip_trace
from partnertui.db.kamailio.tables import create_tables, tables

MESSAGE = (
    "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\n"
    "To: <sip:a@b>\r\nCall-ID: loop\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
)


def test_the_trace_says_that_more_messages_were_left_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_table_leg_search, "MAX_MESSAGES", 3)
    monkeypatch.setattr(sip_trace, "MAX_MESSAGES", 3)
    row = {"time_stamp": datetime(2026, 5, 1, tzinfo=UTC), "time_us": 1, "callid": "loop", "msg": MESSAGE}
    row |= {"method": "OPTIONS", "fromip": "udp:192.0.2.1:5060", "toip": "udp:192.0.2.2:5060"}

    def work(connection: Connection) -> None:
        create_tables(connection)
        connection.execute(tables(None, "UTC").sip_trace.insert(), [row] * 5)

    def find(connection: Connection) -> Trace | None:
        return sip_trace.find_call(connection, tables(None, "UTC"), ["loop"])

    database.write(work)
    trace = database.read(find)
    assert trace is not None
    assert len(trace.messages) <= 3
    assert "only the first 3 messages of the call were read" in trace.missing
