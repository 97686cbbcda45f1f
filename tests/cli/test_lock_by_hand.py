"""The locked screen in a real terminal: what the terminal was told, and what it still knows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text, update
from tests.db.makers import BOB, customer, staff
from tests.servers import Cluster
from tests.terminal import PtyRun, Terminal

from partnertui.db.database import Database, open_database
from partnertui.db.database_url_logins import url_of_user
from partnertui.db.models import OperatorAccount
from partnertui.db.operator_access import accounts
from partnertui.db.operator_access.accounts import NewOperator
from partnertui.db.unit_of_work import UnitOfWork
from partnertui.demo import build
from partnertui.domain.operators import Role
from partnertui.domain.passwords import hash_password

PASSWORD = "correct horse battery staple"
LOCK = "\x02"
TITLE = re.compile(rb"\x1b\][012];")
"""OSC 0 to 2 set the terminal's title."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with demo data; Ann has a password."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=3, cdrs=50, seed=2)
    database = open_database(url)
    change = update(OperatorAccount).where(OperatorAccount.login == "ann").values(password_hash=hash_password(PASSWORD))
    database.write(lambda connection: connection.execute(change))
    database.close()
    return tmp_path


def program(home: Path, *words: str) -> list[str]:
    """The command that starts it."""
    return [sys.executable, "-m", "partnertui", "--dir", str(home), *words]


def test_the_terminal_is_told_to_forget(home: Path) -> None:
    run = PtyRun(program(home, "--operator", "ann"), size=(80, 24))
    try:
        run.read(0, until=lambda seen: b"Password" in seen)
        os.write(run.fd, f"{PASSWORD}\r".encode())
        before = run.read(0, until=lambda seen: b"1 of " in seen)
        os.write(run.fd, LOCK.encode())
        after = run.read(0, until=lambda seen: b"Locked" in seen) + run.read(0.5)
    finally:
        run.close()
    assert b"\x1b[2J\x1b[3J" in after
    assert not TITLE.search(before + after)
    names = [row[0] for row in companies(home)]
    assert any(name[:8].encode() in before for name in names)
    locked = after[after.index(b"\x1b[3J") :]
    assert not any(name[:8].encode() in locked for name in names)


def companies(home: Path) -> list[tuple[str]]:
    """The customers' names."""
    database = open_database(f"sqlite:///{home / 'partnertui.db'}")
    try:
        rows = database.read(lambda connection: connection.execute(text("SELECT company FROM customers")).all())
        return [(str(row[0]),) for row in rows]
    finally:
        database.close()


@pytest.mark.tmux
@pytest.mark.parametrize("alternate", ["on", "off"])
def test_tmux_remembers_nothing(alternate: str, home: Path) -> None:
    """Also where the multiplexer has no alternate screen, so that lines scroll into its history."""
    tmux = ["tmux", "-S", str(home / "tmux"), "-f", "/dev/null"]

    def ask(*words: str) -> str:
        return subprocess.run([*tmux, *words], capture_output=True, text=True, check=True).stdout

    def wait(words: str) -> str:
        end = time.monotonic() + 15
        while words not in (seen := ask("capture-pane", "-p", "-S", "-")):
            assert time.monotonic() < end, seen
            time.sleep(0.1)
        return seen

    ask("new-session", "-d", "-x", "80", "-y", "24", "sh")
    try:
        ask("set-option", "-g", "alternate-screen", alternate)
        ask("send-keys", " ".join(["exec", *program(home, "--operator", "ann")]), "Enter")
        wait("Password of")
        ask("send-keys", "-l", PASSWORD)
        ask("send-keys", "Enter")
        seen = wait("1 of ")
        names = [name for (name,) in companies(home) if name[:8] in seen]
        assert names
        ask("send-keys", "C-b")
        locked = wait("Locked: Ann")
        assert not any(name[:8] in locked for name in names), locked
        assert not any(name[:8] in ask("display-message", "-p", "#{pane_title}") for name in names)
    finally:
        ask("kill-server")


@pytest.fixture
def database_login(postgres_database: Database, cluster: Cluster) -> Iterator[str]:
    """The login of an operator of a database that asks for passwords, and has a customer."""
    staff(postgres_database)
    hba = cluster.folder / "data" / "pg_hba.conf"
    before = hba.read_text()
    hba.write_text(f"local all +partnertui_support scram-sha-256\n{before}")
    following = text("SELECT setval('operators_id_seq', 100)")  # the makers give their rows IDs of their own
    postgres_database.write(lambda connection: connection.execute(following))
    login = "lock-by-hand"
    with UnitOfWork(postgres_database, BOB) as unit:
        unit.add(customer(company="Acme Shipping"))
        accounts.add_operator(unit, NewOperator(login, "Olga", Role.SUPPORT, "", PASSWORD))
        unit.commit()
    with psycopg.connect(postgres_database.url, autocommit=True) as owner:
        owner.execute("SELECT pg_reload_conf()")
        owner.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO partnertui_support")
        owner.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO partnertui_support")
        yield login
        hba.write_text(before)
        owner.execute("SELECT pg_reload_conf()")
        owner.execute(f'DROP ROLE "{login}"')


@pytest.mark.postgresql
def test_the_database_s_password_is_asked_for_and_unlocks(
    database_login: str, postgres_database: Database, tmp_path: Path
) -> None:
    url = url_of_user(postgres_database.url, database_login)
    terminal = Terminal(program(tmp_path, "--database", url))
    try:
        terminal.wait(f"Database password of “{database_login}”")
        terminal.write("wrong\r")
        terminal.wait("refused the login")
        terminal.write(f"{PASSWORD}\r")
        terminal.wait("Acme Shipping")
        terminal.write(LOCK)
        terminal.wait("Locked: Olga")
        assert not any("Acme" in line for line in terminal.lines)
        for left in range(5):
            terminal.write(f"wrong{left}\r")
            terminal.wait("refused the login" if left < 4 else "5 wrong passwords in a row")
            time.sleep(0.3)
    finally:
        terminal.close()
