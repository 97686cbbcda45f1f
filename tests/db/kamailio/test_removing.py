"""A registration is removed wherever Kamailio keeps it, seen to be gone, and written down; or nothing of it happens."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select
from tests.db.kamailio import switches

from partnertui.db.database import Database
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.registration_removal import Registration, RegistrationRemover
from partnertui.db.kamailio.registration_source import RegistrationSource, registrations
from partnertui.db.kamailio.rpc import Rpc
from partnertui.db.models import History
from partnertui.db.rows.listing import Listing, Sort
from partnertui.domain.errors import DomainError
from partnertui.domain.operators import Operator, Role

ANN = Operator(1, "ann", "Ann", Role.DEVELOPMENT, None)
Place = tuple[Database, RegistrationSource, str, str]


@pytest.fixture(
    params=[
        "sqlite",
        "sqlite+file",
        *(
            pytest.param(kind, marks=pytest.mark.postgresql)
            for kind in ("sqlite+server", "postgres", "postgres+schema")
        ),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Our database, where registrations are read from, and the settings of Kamailio."""
    kind, _, beside = request.param.partition("+")
    with ExitStack() as stack:
        ours = stack.enter_context(
            switches.fresh_file(request.getfixturevalue("sqlite_template"), tmp_path)
            if kind == "sqlite"
            else switches.fresh_server(request.getfixturevalue("cluster"), "template_pt")
        )
        ours.write(switches.office)
        url = schema = ""
        if not beside:
            source = switches.same_database(ours)
        elif beside == "schema":
            source, schema = switches.schema(ours), "switch"
        else:
            there = stack.enter_context(
                switches.fresh_file(None, tmp_path)
                if beside == "file"
                else switches.fresh_server(request.getfixturevalue("cluster"), "template0")
            )
            source, url = switches.another(ours, there), there.url
        yield ours, source, url, schema
        source.close()


def rows(place: Place) -> dict[str, dict[str, Any]]:
    """All registrations by their ruid."""
    listing = Listing(registrations, Sort("id"), ())
    page = place[0].read(lambda connection: place[1].fetch_page(connection, listing))
    return {row["ruid"]: dict(row) for row in page.rows}


def history(ours: Database) -> list[Any]:
    def work(connection: Connection) -> list[Any]:
        table: Any = History.__table__
        return list(connection.execute(select(table).order_by(table.c.id)))

    return ours.read(work)


def test_the_one_registration_is_gone_and_written_down(place: Place) -> None:
    ours, _, url, schema = place
    before = rows(place)
    remover = RegistrationRemover(ours.url, url, schema)
    assert remover.remove(ours, ANN, Registration.from_row(before["uloc-1"])) == "Registration removed."
    after = rows(place)
    assert before.keys() - after.keys() == {"uloc-1"}, "the same user's other phone stays"
    (entry,) = history(ours)
    assert (entry.object_table, entry.object_id, entry.operator_name, entry.customer_id) == ("users", 1, "Ann", 1)
    assert entry.changes["registration"][0].startswith("2001 at sip:2001@")
    assert entry.changes["registration"][1] is None
    with pytest.raises(DomainError, match="registration no longer exists"):
        remover.remove(ours, ANN, Registration.from_row(before["uloc-1"]))
    assert len(history(ours)) == 1, "what did not happen is not written down"
    remover.close()


def test_a_partner_removes_nothing(place: Place) -> None:
    """Whatever the interface lets through."""
    ours, _, url, schema = place
    before = rows(place)
    partner = Operator(2, "pat", "Pat", Role.PARTNER, 1)
    with pytest.raises(DomainError, match="Partners can't remove registrations"):
        RegistrationRemover(ours.url, url, schema).remove(ours, partner, Registration.from_row(before["uloc-1"]))
    assert rows(place).keys() == before.keys()
    assert history(ours) == []


def test_one_of_nobody_is_written_down_too(place: Place) -> None:
    ours, _, url, schema = place
    nobody = rows(place)["uloc-10"]
    RegistrationRemover(ours.url, url, schema).remove(ours, ANN, Registration.from_row(nobody))
    (entry,) = history(ours)
    assert (entry.object_table, entry.object_id) == ("location", nobody["id"])


def file_of(ours: Database, folder: Path) -> Path:
    with switches.fresh_file(None, folder) as theirs:
        ours.write(switches.office)
        switches.another(ours, theirs).close()
    return folder / "kamailio.sqlite"


def test_somebody_else_is_writing_to_kamailios_file(sqlite_database: Database, tmp_path: Path) -> None:
    path = file_of(sqlite_database, tmp_path)
    one = Registration("2001", "sip:x", "uloc-1")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError, match="Another program is writing"):
        RegistrationRemover(sqlite_database.url, f"sqlite:///{path}").remove(sqlite_database, ANN, one)
    holder.execute("ROLLBACK")
    holder.close()
    assert history(sqlite_database) == []


def test_the_files_journal_stays_as_kamailio_has_it(sqlite_database: Database, tmp_path: Path) -> None:
    path = file_of(sqlite_database, tmp_path)
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    RegistrationRemover(sqlite_database.url, f"sqlite:///{path}").remove(
        sqlite_database, ANN, Registration("2001", "x", "uloc-1")
    )
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.postgresql
def test_a_login_that_may_only_read(postgres_database: Database) -> None:
    """As docs/kamailio.md says: read access is enough for all but this."""

    def reader(connection: Connection) -> None:
        connection.exec_driver_sql("DROP ROLE IF EXISTS looker")
        connection.exec_driver_sql("CREATE ROLE looker LOGIN")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")

    ours = postgres_database
    ours.write(switches.office)
    switches.same_database(ours).close()
    ours.write(reader)
    from sqlalchemy import make_url

    theirs = make_url(ours.url).set(username="looker").render_as_string(hide_password=False)
    with pytest.raises(DatabaseError, match="no permission to do that"):
        RegistrationRemover(ours.url, theirs).remove(ours, ANN, Registration("2001", "sip:x", "uloc-1"))
    assert history(ours) == []
    ours.write(lambda connection: connection.exec_driver_sql("DROP OWNED BY looker; DROP ROLE looker"))


# JSON-RPC

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


@contextmanager
def registrar(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A JSON-RPC server on loopback: its address, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(question)
            status, body = answer(question)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/RPC", asked
    server.shutdown()
    server.server_close()


def says(result: Any = None, error: Any = None, status: int = 200) -> Answer:
    """One answer for all questions."""
    told = {"jsonrpc": "2.0", "id": 1} | ({"error": error} if error is not None else {"result": result})
    return lambda question: (status, json.dumps(told).encode())


def test_by_rpc_it_is_the_registrar_that_deletes(sqlite_database: Database) -> None:
    ours = sqlite_database
    ours.write(switches.office)
    source = switches.same_database(ours)
    place = (ours, source, "", "")

    def delete(question: dict[str, Any]) -> tuple[int, bytes]:
        ours.write(lambda connection: connection.exec_driver_sql("DELETE FROM location WHERE ruid = 'uloc-1'"))
        return says({})(question)

    one = Registration.from_row(rows(place)["uloc-1"])
    with registrar(delete) as (url, asked):
        RegistrationRemover(ours.url, rpc_url=url).remove(ours, ANN, one)
    assert asked == [
        {"jsonrpc": "2.0", "id": 1, "method": "ul.rm_contact", "params": ["location", "2001", one.contact]}
    ]
    assert len(history(ours)) == 1
    source.close()


def test_a_registrar_that_writes_its_table_later(sqlite_database: Database) -> None:
    """db_mode 2: it forgets at once, the row follows."""
    ours = sqlite_database
    ours.write(switches.office)
    switches.same_database(ours).close()
    one = Registration("2001", "sip:2001@198.51.100.7:5060", "uloc-1")
    other = {"AOR": "2001", "Contacts": [{"Contact": {"Address": "sip:other@192.0.2.1"}}]}
    still = {"AOR": "2001", "Contacts": [{"Contact": {"Address": one.contact}}]}
    with registrar(says(other)) as (url, asked):
        assert "until Kamailio next writes its table" in RegistrationRemover(ours.url, rpc_url=url).remove(
            ours, ANN, one
        )
        assert [question["method"] for question in asked] == ["ul.rm_contact", "ul.lookup"]
    with registrar(says(still)) as (url, _), pytest.raises(DomainError, match="still there"):
        RegistrationRemover(ours.url, rpc_url=url).remove(ours, ANN, one)
    assert len(history(ours)) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says(error={"code": 404, "message": "AOR not found"}), "Kamailio has no such registration"),
        (
            says(error={"code": 500, "message": "Command failed"}, status=500),
            "RPC refused ul.rm_contact: Command failed",
        ),
        (says(error={"code": -32601, "message": "Method Not Found"}), r"has no method ul\.rm_contact"),
        (says(error="odd"), "RPC refused ul.rm_contact: odd"),
        (lambda question: (401, b"no"), "password is missing"),
        (lambda question: (403, b""), "this host isn't allowed"),
        (lambda question: (200, b"<html>"), "isn't valid JSON-RPC"),
        (lambda question: (200, b"[]"), "isn't valid JSON-RPC"),
        (lambda question: (200, b"{" * 100_000), "is too long"),
    ],
)
def test_what_the_registrar_says_becomes_a_sentence(answer: Answer, words: str) -> None:
    with registrar(answer) as (url, _), pytest.raises(DomainError, match=words) as caught:
        Rpc(url, 2).remove_contact("2001", "sip:x")
    assert caught.value.advice


def test_a_registrar_that_is_away_or_silent() -> None:
    with registrar(says({})) as (url, _):
        pass
    with pytest.raises(DomainError, match="can't be reached"):
        Rpc(url, 2).remove_contact("2001", "sip:x")
    with pytest.raises(DomainError, match="can't be reached"):
        Rpc("http://[::1", 2).remove_contact("2001", "sip:x")
    release = threading.Event()

    def wait(question: dict[str, Any]) -> tuple[int, bytes]:
        release.wait(5)
        return 200, b"{}"

    with registrar(wait) as (url, _):
        with pytest.raises(DomainError, match=r"didn't respond within 0\.3 s"):
            Rpc(url, 0.3).remove_contact("2001", "sip:x")
        release.set()
