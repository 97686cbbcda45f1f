"""Received calls are found by number, on both databases, the newest first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from partnertui.db.database import Database
from partnertui.db.hep.message_writer import HepRow, write_rows
from partnertui.db.hep.number_search import ReceivedCall, received_calls
from partnertui.db.hep.partitions import make_partitions
from partnertui.screens.shared.capture_file.received_hep_calls import items, written_forms

NOW = datetime.now(UTC)
START = int(NOW.timestamp() * 1e6)


def row(key: int, call_id: str, source: str, target: str, method: str = "INVITE", status: int = 0) -> HepRow:
    """A message that came some seconds later."""
    place = ("udp", "192.0.2.1", 5060, "192.0.2.2", 5060, "", b"INVITE sip:x SIP/2.0\r\n\r\n")
    return HepRow(START + key * 1_000_000, key, call_id, method, status, source, target, *place)


def test_by_caller_and_by_called_number(database: Database) -> None:
    database.write(lambda connection: make_partitions(connection, NOW.date()))
    rows = [
        row(1, "c1", "1001", "+442079460000"),
        row(2, "c1", "1001", "+442079460000", status=486),
        row(3, "c2", "442079460000", "1002"),
        row(4, "c3", "1003", "1004"),
        row(5, "r1", "442079460000", "442079460000", "REGISTER"),
        row(6, "c1", "1001", "+442079460000"),
    ]
    write_rows(database, rows)

    def found(text: str, most: int = 40) -> list[str]:
        forms = written_forms(text, "GB")
        return [call.call_id for call in database.read(lambda connection: received_calls(connection, forms, most))]

    for text in ("020 7946 0000", "+44 20 7946 0000", "00442079460000", "442079460000"):
        assert found(text) == ["c2", "c1"], text
    assert found("442079460000", most=1) == ["c2"]
    assert found("1004") == ["c3"]
    assert found("1001") == ["c1"]
    assert found("") == found("nobody") == found("'; --") == []
    first = database.read(lambda connection: received_calls(connection, ("1001",), 5))
    assert first == [ReceivedCall("c1", START + 1_000_000, "1001", "+442079460000")], "when it began"


@pytest.mark.parametrize("user", ["alice", "1001", "+44 20 7946 0000", "\x1b[31m", "٣٤٥"])
def test_what_is_typed_is_looked_for_as_it_is(user: str) -> None:
    assert user in written_forms(f" {user} ", "GB")


def test_foreign_text_is_made_safe() -> None:
    (item,) = items([ReceivedCall("c", START, "\x1b[31mred", "")])
    assert "\x1b" not in item.label
    assert item.label.endswith(" to unknown")
