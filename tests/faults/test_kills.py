"""A program that is killed while it saves: what it acknowledged is there, and nothing is there twice.

`SAVE_KILLS=200 pytest tests/faults/test_kills.py` kills that often, half on each database.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import tomllib
from pathlib import Path

from sqlalchemy import func, select
from tests.cli.test_killed_while_typing import WAYS, folder
from tests.db.makers import ANN
from tests.db.refunds.makers import EURO, check_books, forked, sale
from tests.faults.flow import Work, count
from tests.faults.flows import refund
from tests.row_security import make_login
from tests.terminal import Terminal

from partnertui.db.audit_verification import verify
from partnertui.db.database import Database, open_database
from partnertui.db.idempotent_writes import commit_once, new_key
from partnertui.db.models import CommittedWrite, Note, Refund
from partnertui.db.models.base import table_of
from partnertui.db.notes import add_note
from partnertui.db.unit_of_work import UnitOfWork

__all__ = ["folder"]
KILLS = int(os.environ.get("SAVE_KILLS", "6"))
PTY_KILLS = int(os.environ.get("PTY_SAVE_KILLS", "2"))
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)


def note_of_refund(database: Database, number: int, key: str) -> Work:
    """Every second save is a note on the customer, which has ID 1 here."""

    def work(unit: UnitOfWork) -> None:
        add_note(unit, "customers", 1, key)

    return refund(database, number, key, ANN) if number % 2 else work


def save_until_killed(url: str, pipe: int) -> int:
    """Saves without a pause; writes the key of each save before it is begun, and again once it is acknowledged."""
    for one in SIGNALS[1:]:
        signal.signal(one, signal.SIG_DFL)
    database = open_database(url)
    for number in range(10_000):
        key = new_key()
        work = note_of_refund(database, number, key)
        os.write(pipe, f"{number % 2} {key}\n".encode())
        commit_once(database, ANN, key, work, "same")
        os.write(pipe, f"{number % 2} {key}\n".encode())
    return 0


def killed_round(url: str, source: random.Random) -> list[str]:
    """The lines that one program wrote until it was killed."""
    reading, writing = os.pipe()
    pid = forked(lambda: save_until_killed(url, writing))
    os.close(writing)
    read, wanted = b"", source.randint(2, 8)
    while read.count(b"\n") < wanted:
        read += os.read(reading, 1 << 16)
    time.sleep(source.uniform(0.0, 0.05))
    os.kill(pid, source.choice(SIGNALS))
    os.waitpid(pid, 0)
    while more := os.read(reading, 1 << 16):
        read += more
    os.close(reading)
    return read.decode().split("\n")[:-1]


def test_saves_killed_again_and_again(database: Database) -> None:
    sale(database, ((100_000 * EURO, 0),), item_type="credit")
    url, source = database.url, random.Random(7)
    if database.dialect == "postgresql":
        url = make_login(url, ANN.login, ANN.role)
    acknowledged = begun = unsure = 0
    for _ in range(KILLS // 2):
        lines = killed_round(url, source)
        done = {line for line in lines if lines.count(line) == 2}
        (left,) = set(lines) - done or {""}
        acknowledged, begun = acknowledged + len(done), begun + len(set(lines))
        assert done
        for line in done:
            assert _times_there(database, line) == 1, "acknowledged and lost, or twice"
        if left:  # the agent starts again, and presses the same key
            unsure += _times_there(database, left)
            kind, key = left.split()
            commit_once(database, ANN, key, note_of_refund(database, int(kind), key), "same")
            assert _times_there(database, left) == 1
    assert count(database, CommittedWrite) == count(database, Note) + count(database, Refund) == begun
    check_books(database)
    assert not database.read(verify).problems
    print(f"{KILLS // 2} kills: {acknowledged} acknowledged, 0 lost; {unsure} stored and not acknowledged, 0 twice")


def _times_there(database: Database, line: str) -> int:
    kind, key = line.split()
    column = table_of(Refund).c.idempotency_key if kind == "1" else table_of(Note).c.body
    query = select(func.count()).where(column == key)
    return database.read(lambda connection: connection.execute(query).scalar_one())


def url_of(folder: Path) -> str:
    """The database of a folder's settings."""
    url: str = tomllib.loads((folder / "settings.toml").read_text())["database"]["url"]
    return url


def opened(folder: Path) -> Terminal:
    terminal = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (100, 30))
    terminal.wait("1 of ")
    terminal.settle()
    terminal.write(":customers\rn")
    terminal.wait("Add a note")
    return terminal


def kill(terminal: Terminal, how: str) -> None:
    if how == "closed pty":
        os.close(terminal.run.fd)
    else:
        os.kill(terminal.run.pid, signal.Signals[how])
    os.waitpid(terminal.run.pid, 0)


def test_notes_killed_while_they_are_saved(folder: Path) -> None:
    """In a real pty; who starts the program again, and saves what it offers, has each note once."""
    source, there = random.Random(11), open_database(url_of(folder))
    said = stored = offered = 0
    for number in range(PTY_KILLS // 2):
        words = f"round{number}"
        terminal = opened(folder)
        terminal.write(words)
        time.sleep(0.7)  # the draft is stored, as it is where somebody looks at what they typed
        terminal.send("\x13")
        terminal.feed(source.uniform(0.0, 0.8))
        is_acknowledged = any("Note added" in line for line in terminal.lines)
        kill(terminal, source.choice(WAYS))
        query = select(func.count()).where(table_of(Note).c.body == words)
        found = there.read(lambda connection, query=query: connection.execute(query).scalar_one())  # type: ignore[misc]
        assert found >= is_acknowledged
        said, stored = said + is_acknowledged, stored + found
        again = opened(folder)
        if any("Your draft" in line for line in again.lines):
            offered += 1
            again.write("\x13")
            again.wait("Note added")
        else:
            assert found == 1, "neither saved nor offered"
        again.close()
        assert there.read(lambda connection, query=query: connection.execute(query).scalar_one()) == 1  # type: ignore[misc]
    there.close()
    print(f"{PTY_KILLS // 2} kills in a pty: {stored} stored, {said} acknowledged, {offered} offered again; each once")
