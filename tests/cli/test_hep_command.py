"""`partnertui hep`: a real process on a real UDP socket, into both databases and hourly files."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.calls.call_scripts import messages
from tests.row_security import make_login

from partnertui.calls.trace_model import Endpoint
from partnertui.captures.call_id_index import Index
from partnertui.captures.call_id_lookup import CallFinder, find_captures
from partnertui.captures.capture_file import Capture
from partnertui.captures.hep import HepPacket, encode
from partnertui.captures.hep_receiver import endpoint_of
from partnertui.captures.hourly_hep_writer import Datagram, HourlyFiles
from partnertui.db.database import Database, open_database
from partnertui.db.hep.datagram_storage import HepSink
from partnertui.db.hep.partitions import drop_old, make_partitions
from partnertui.db.hep.stored_messages import hep_call, hep_registrations
from partnertui.db.migrate import upgrade
from partnertui.domain.errors import DomainError

A, B = Endpoint("198.51.100.6", 5060), Endpoint("203.0.113.10", 5060)
SCRIPT = "0 A>P INVITE 1\n0.1 P>A 180 INVITE 1\n1 P>A 486 INVITE 1"


def packets(call_id: str = "c1", correlation: str = "", begin_us: int = 0) -> list[bytes]:
    """A call as a proxy mirrors it now."""
    begin_us = begin_us or time.time_ns() // 1000
    made = []
    for number, message in enumerate(messages(SCRIPT)):
        ends = (A, B) if message.reading.is_request else (B, A)
        data = message.data.replace(b"c1", call_id.encode())
        made.append(encode(HepPacket(*ends, "tcp", begin_us + number * 1000, data, correlation_id=correlation)))
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path / 'own.db'}"
    else:
        cluster = request.getfixturevalue("cluster")
        server = open_database(cluster.url("postgres"))
        name = f"hep_{os.getpid()}_{time.time_ns()}"
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.close()
        made = cluster.url(name)
    with closing(open_database(made)) as database:
        upgrade(database)
    return made if request.param == "sqlite" else make_login(made, "hep", "service")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with closing(open_database(url)) as database:
        yield database


class Receiver:
    """The command in a process of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "hep"]
        environment = os.environ | {"PARTNERTUI_DATABASE_URL": url, "PARTNERTUI_HEP_LISTEN": f"127.0.0.1:{self.port}"}
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        assert "Receiving HEP" in self.process.stderr.readline()

    def send(self, *data: bytes) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for one in data:
                sender.sendto(one, ("127.0.0.1", self.port))

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        _, shown = self.process.communicate(timeout=20)
        return self.process.returncode, shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_messages_are_stored_and_found(url: str, database: Database, tmp_path: Path, number: signal.Signals) -> None:
    receiver = Receiver(url, tmp_path)
    receiver.send(*packets("c1", "call-1"), *packets("other"), b"HEP3\0\x99broken", b"nothing", b"")
    receiver.send(*packets("leg-2", "call-1"))
    code, shown = receiver.end(number)
    assert code == 0, shown
    assert "12 packets received, 9 messages stored; 3 malformed." in shown
    trace = database.read(lambda connection: hep_call(connection, ["c1"]))
    assert trace is not None
    assert trace.call_ids == ("c1", "leg-2")
    assert trace.joined_by == "the HEP correlation ID"
    first = trace.messages[0]
    assert (first.reading.start, first.source, first.destination, first.transport) == ("INVITE", A, B, "tcp")
    assert first.data == messages(SCRIPT)[0].data
    paths = find_captures([tmp_path / "hep"])
    assert len(paths) == 1
    with Index(tmp_path / "index.db") as index:
        same = CallFinder(index).call(paths, ["c1"])
    assert same is not None
    assert [message.data for message in same.messages] == [message.data for message in trace.messages]


def test_the_trace_command_finds_it_without_a_capture(url: str, tmp_path: Path) -> None:
    receiver = Receiver(url, tmp_path)
    receiver.send(*packets("found-it"))
    assert receiver.end()[0] == 0
    command = [sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "trace", "--call-id", "found-it", "--json"]
    shown = subprocess.run(
        command, env=os.environ | {"PARTNERTUI_DATABASE_URL": url}, stdout=subprocess.PIPE, check=True
    ).stdout
    (call,) = json.loads(shown)
    assert call["verdict"]["code"] == "busy"
    nobody = subprocess.run([*command[:-2], "nobody"], env=os.environ | {"PARTNERTUI_DATABASE_URL": url}, check=False)
    assert nobody.returncode == 1


def test_every_message_sent_before_the_end_is_stored(url: str, database: Database, tmp_path: Path) -> None:
    receiver = Receiver(url, tmp_path)
    receiver.send(*[packet for number in range(700) for packet in packets(f"many-{number}")])
    code, shown = receiver.end()
    assert (code, shown.count("2,100 messages stored")) == (0, 1), shown
    count = database.read(lambda connection: connection.execute(text("SELECT count(*) FROM hep_messages")).scalar())
    assert count == 2100


def test_old_days_are_dropped(database: Database, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    sink = HepSink(database, None, 7)
    sink.tidy(today)
    for days in (9, 8, 3, 0):
        day = today - timedelta(days=days)
        at = int(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp() * 1e6)
        database.write(lambda connection, day=day: make_partitions(connection, day))  # type: ignore[misc]
        sink.take([Datagram(at, A, packet) for packet in packets(f"day-{days}", begin_us=at)])
    assert sink.stored == 12
    assert database.write(lambda connection: drop_old(connection, today, 7)) > 0
    kept = database.read(
        lambda connection: [hep_call(connection, [f"day-{days}"]) is not None for days in (9, 8, 3, 0)]
    )
    assert kept == [False, False, True, True]


def test_a_sender_with_a_wrong_clock_is_not_believed(database: Database) -> None:
    sink = HepSink(database, None, 7)
    now_us = time.time_ns() // 1000
    sink.take([Datagram(now_us, A, packet) for packet in packets("late", begin_us=86_400_000_000 * 365)])
    trace = database.read(lambda connection: hep_call(connection, ["late"]))
    assert trace is not None
    assert trace.start_us == now_us


def test_messages_wait_for_a_database_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    with closing(open_database(f"sqlite:///{path}")) as database:
        upgrade(database)
        sink = HepSink(database, None, 7)
        with closing(open_database(f"sqlite:///{path}")) as other, other.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            sink.take([Datagram(time.time_ns() // 1000, A, packet) for packet in packets()])
            assert "3 messages are waiting for the database" in sink.problem
            connection.exec_driver_sql("ROLLBACK")
        sink.flush()
        assert (sink.stored, sink.lost, sink.problem) == (3, 0, "")


def test_files_change_by_the_hour_and_old_ones_are_deleted(tmp_path: Path) -> None:
    hour = 3_600_000_000
    begin = int(datetime(2026, 11, 29, 8, 59, tzinfo=UTC).timestamp() * 1e6)
    files = HourlyFiles(tmp_path / "hep", B)
    files.write([Datagram(begin, A, b"one"), Datagram(begin + hour, A, b"two"), Datagram(begin + 24 * hour, A, b"3")])
    files.close()
    again = HourlyFiles(tmp_path / "hep", B)
    again.write([Datagram(begin + 24 * hour + 1, A, b"four")])
    again.close()
    names = [path.name for path in sorted((tmp_path / "hep").iterdir())]
    assert names == ["hep-20261129-08.pcap", "hep-20261129-09.pcap", "hep-20261130-08-2.pcap", "hep-20261130-08.pcap"]
    with Capture(tmp_path / "hep" / names[0]) as capture:
        (record,) = capture.records()
    assert record.packet.endswith(b"one")
    assert files.delete_old(date(2026, 12, 7), 7) == 2


@pytest.mark.parametrize("listen", ["9060", "localhost:9060", "127.0.0.1", "127.0.0.1:99999", "::1:x"])
def test_a_wrong_address_is_a_sentence(listen: str) -> None:
    with pytest.raises(DomainError, match="isn't a valid address and port"):
        endpoint_of(listen)


@pytest.mark.postgresql
def test_a_row_that_the_database_refuses_does_not_take_others_with_it(postgres_database: Database) -> None:
    sink = HepSink(postgres_database, None, 7)
    now_us = time.time_ns() // 1000
    far = now_us + 40 * 86_400_000_000  # no partition has that day
    batch = [Datagram(now_us, A, packet) for packet in packets("near")]
    batch.insert(1, Datagram(far, A, packets("far", begin_us=far)[0]))
    sink.take(batch)
    assert (sink.stored, sink.lost) == (3, 1)


def test_registrations_of_one_user_only(database: Database) -> None:
    begin_us = time.time_ns() // 1000
    mine = "0 A>P REGISTER 1 to=1001\n0.1 P>A 200 REGISTER 1 to=1001"
    others = "1 A>P REGISTER 2 to=11001 id=c2\n2 A>P INVITE 3 to=1001"
    batch = []
    for number, one in enumerate(messages(f"{mine}\n{others}")):
        packet = HepPacket(one.source, one.destination, "udp", begin_us + number, one.data)
        batch.append(Datagram(begin_us + number, A, encode(packet)))
    HepSink(database, None, 7).take(batch)

    def starts(since_us: int) -> list[str]:
        found = database.read(lambda connection: hep_registrations(connection, "1001", since_us))
        return [one.reading.start for one in found]

    assert starts(begin_us) == ["REGISTER", "200 OK"]
    assert starts(begin_us + 1_000_000) == []
