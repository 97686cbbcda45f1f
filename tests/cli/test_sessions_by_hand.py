"""Two programs in two terminals: who is signed in, and what signing out, disabling and killing do; both databases."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Row, select
from tests.db.makers import ANN, BOB, customer, staff
from tests.terminal import Terminal

from partnertui import __version__
from partnertui.cli import main
from partnertui.db.database import Database
from partnertui.db.models import History, OperatorSession
from partnertui.db.models.base import table_of
from partnertui.db.operator_access import sessions
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.domain.errors import DomainError, NotAllowed

Start = Callable[[str], Terminal]
FEW_SECONDS = 8.0
"""Every three seconds the program asks; the rest is the slowness of a busy machine."""


@pytest.fixture
def start(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a program as an operator, who sits somewhere else."""
    staff(database)
    with UnitOfWork(database, BOB) as unit:
        unit.add(customer(company="Acme Shipping"))
        unit.commit()
    (tmp_path / "settings.toml").write_text(
        f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{database.url}"\n'
    )
    assert main(["--dir", str(tmp_path), "keys", "init"]) == 0
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.61 50022 192.0.2.1 22")
    open_now: list[Terminal] = []

    def run(login: str) -> Terminal:
        terminal = Terminal([sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "--operator", login], (80, 24))
        open_now.append(terminal)
        terminal.wait("1 of ")
        time.sleep(0.8)  # the vault is opened behind the first rows
        terminal.write("gc")
        terminal.wait("Acme Shipping")
        return terminal

    yield run
    for terminal in open_now:
        terminal.close()


def rows(database: Database) -> list[Row[tuple[object, ...]]]:
    """All sessions, oldest first."""
    query = select(table_of(OperatorSession)).order_by(OperatorSession.id)
    return list(database.read(lambda connection: connection.execute(query).all()))


def wait_for_session(database: Database, count: int) -> None:
    """Goes on when so many programs are on the list."""
    end = time.monotonic() + 10
    while len(rows(database)) < count:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_an_admin_signs_somebody_out(start: Start, database: Database) -> None:
    ann = start("ann")
    wait_for_session(database, 1)
    (session,) = rows(database)
    assert (session.operator_id, session.origin, session.program_version) == (1, "SSH from 192.0.2.61", __version__)
    assert abs((session.last_key_at - datetime.now(UTC)).total_seconds()) < 10
    ann.write("n")
    ann.wait("Add a note")
    ann.type("Half a sentence")
    bob = start("bob")
    bob.write(":")
    bob.wait("Go to")
    bob.type("operator sessions\r")
    bob.wait("Ann", "SSH from 192.0.2.61")
    bob.write("/")
    bob.type("login:ann\r")
    bob.wait("1 of 1")
    bob.write("\x1b[3~")
    bob.wait("Log Ann out?")
    began = time.monotonic()
    bob.write("y")
    bob.wait("Ann will be logged out")
    ann.wait("Bob logged you out at", seconds=FEW_SECONDS)
    print(f"words on the other screen after {time.monotonic() - began:.1f} s")
    assert not any("Acme" in line or "Half a" in line for line in ann.lines)
    ann.write("\r")
    with contextlib.suppress(OSError):  # the program ends, and the terminal with it
        ann.until(lambda: False, seconds=5)
    assert any("partnertui: Bob logged you out at " in line for line in ann.lines), "\n".join(ann.lines)
    again = start("ann")
    again.write("n")
    again.wait("Half a sentence")
    query = select(History.operator_name, History.object_table, History.object_id, History.changes)
    entries = database.read(lambda connection: connection.execute(query.order_by(History.id.desc())).all())
    (told,) = [entry for entry in entries if "signed_out" in entry.changes]
    assert (told.operator_name, told.object_table, told.object_id) == ("Bob", "operators", 1)
    assert told.changes["signed_out"][0].startswith("SSH from 192.0.2.61 since ")


def test_a_disabled_operator_s_program_ends(start: Start, database: Database, tmp_path: Path) -> None:
    ann = start("ann")
    wait_for_session(database, 1)
    assert main(["--dir", str(tmp_path), "--operator", "bob", "operators", "disable", "ann"]) == 0
    ann.wait("Your login was disabled.", seconds=FEW_SECONDS)
    assert not any("Acme" in line for line in ann.lines)


def test_the_end_is_noted_also_of_one_that_is_told_to_end(start: Start, database: Database) -> None:
    ann = start("ann")
    wait_for_session(database, 1)
    os.kill(ann.run.pid, signal.SIGTERM)
    end = time.monotonic() + 10
    while rows(database)[0].ended_at is None:
        assert time.monotonic() < end
        ann.feed(0.1)
    assert rows(database)[0].signed_out_by is None


def test_only_admins_sign_out_and_only_once(database: Database) -> None:
    staff(database)
    session = database.write(lambda connection: sessions.begin(connection, ANN.id, "here", "1"))
    with UnitOfWork(database, ANN) as unit, pytest.raises(NotAllowed):
        sessions.sign_out(unit, session.id)
    assert database.read(lambda connection: sessions.end_of(connection, session)) == sessions.RUNNING
    with UnitOfWork(database, BOB) as unit:
        assert sessions.sign_out(unit, session.id) == "Ann"
        unit.commit()
    assert database.read(lambda connection: sessions.end_of(connection, session)).startswith("Bob logged you out at ")
    with UnitOfWork(database, BOB) as unit, pytest.raises(DomainError, match="already ended"):
        sessions.sign_out(unit, session.id)
