"""REGISTER requests of one user out of Kamailio's table, however its driver wrote them, and removals out of history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert
from tests.calls.call_scripts import START_US, messages

from partnertui.calls.trace_model import Message
from partnertui.db.change_history import removals
from partnertui.db.database import Database
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.tables import create_tables
from partnertui.db.kamailio.traced_registrations import traced_registrations
from partnertui.db.models import History

BEGAN = datetime.fromtimestamp(START_US / 1e6, UTC)
SCRIPT = """
    0 A>P REGISTER 1 to=1001
    0.01 P>A 401 REGISTER 1 to=1001
    1 A>P REGISTER 2 to=1001 id=again
    2 A>P REGISTER 3 to=11001 id=longer
    3 A>P INVITE 4 to=1001 id=call
    4 A>P REGISTER 5 to=other id=c5 X-Other=1001
"""


def store(connection: Connection, found: list[Message], *, hexadecimal: bool = False) -> None:
    trace = create_tables(connection).sip_trace
    for one in found:
        text = "\\x" + one.data.hex() if hexadecimal else one.data.decode()
        connection.execute(
            insert(trace),
            {
                "time_stamp": datetime.fromtimestamp(one.time_us // 1_000_000, UTC),
                "time_us": one.time_us % 1_000_000,
                "callid": one.call_id,
                "msg": text,
                "method": one.method,
                "status": str(one.status or ""),
                "fromip": f"udp:{one.source}",
                "toip": f"udp:{one.destination}",
            },
        )


@pytest.mark.parametrize("hexadecimal", [False, True], ids=["text", "hexadecimal"])
def test_all_of_one_user_and_of_nobody_else(database: Database, hexadecimal: bool) -> None:
    database.write(lambda connection: store(connection, messages(SCRIPT), hexadecimal=hexadecimal))
    kamailio = KamailioDatabase(database.url, "", "")

    def found(since: datetime) -> list[str]:
        read = database.read(lambda connection: traced_registrations(connection, kamailio, "1001", [], since))
        return [one.call_id for one in read]

    assert found(BEGAN - timedelta(hours=1)) == ["c1", "c1", "again"]
    assert found(BEGAN + timedelta(hours=1)) == []


def test_removals_of_this_address_only(database: Database) -> None:
    def work(connection: Connection) -> None:
        for number, text in enumerate(("1001@a at sip:x", "1001@ab at sip:y", "1001@a at sip:z")):
            entry = {"at": BEGAN - timedelta(minutes=number), "operator_name": "Ann", "object_table": "users"}
            changes = {"registration": [text, None]}
            connection.execute(insert(History), entry | {"object_id": 7, "action": "changed", "changes": changes})
        other = {"at": BEGAN, "operator_name": "Ann", "object_table": "users", "object_id": 7, "action": "changed"}
        connection.execute(insert(History), other | {"changes": {"name": ["a", "b"]}})

    database.write(work)
    found = database.read(lambda connection: removals(connection, [("users", 7), ("customers", 1)], "1001@a"))
    assert [one.text for one in found] == ["1001@a at sip:z", "1001@a at sip:x"]
