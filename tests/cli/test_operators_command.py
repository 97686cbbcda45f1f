"""`partnertui operators`, with passwords on standard input; the roles of PostgreSQL have tests of their own."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Row, select, update
from tests.db.makers import staff

from partnertui.cli import main
from partnertui.db.database import Database
from partnertui.db.models import History, OperatorAccount
from partnertui.db.models.base import now, table_of
from partnertui.domain.passwords import is_password

PASSWORD = "correct horse battery staple"
Run = Callable[..., int]


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with something on its standard input, as Bob; returns the exit code."""

    def command(*words: str, given: str = "", operator: str = "bob") -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        who = ["--operator", operator] if operator else []
        return main(["--dir", str(tmp_path), "--database", sqlite_database.url, *who, "operators", *words])

    return command


def account(database: Database, login: str) -> Row[tuple[object, ...]]:
    """A stored account."""
    query = select(table_of(OperatorAccount)).where(OperatorAccount.login == login)
    return database.read(lambda connection: connection.execute(query).one())


def entries(database: Database) -> list[tuple[str, str, list[str]]]:
    """Who did what to which fields, by history."""
    query = select(History.operator_name, History.action, History.changes).order_by(History.id)
    rows = database.read(lambda connection: connection.execute(query).all())
    return [(name, action, list(changes)) for name, action, changes in rows]


def test_the_owner_of_the_database_adds_the_first_one(run: Run, sqlite_database: Database) -> None:
    assert run("add", "bea", "--role", "admin", "--name", "Bea Boss", given=f"{PASSWORD}\n", operator="") == 0
    bea = account(sqlite_database, "bea")
    assert (bea.name, bea.role, bea.enabled) == ("Bea Boss", "admin", True)
    assert is_password(bea.password_hash, PASSWORD)
    assert PASSWORD not in str(entries(sqlite_database))
    assert entries(sqlite_database)[0][0].endswith("(at the shell)")


def test_a_partner_a_disabled_one_and_the_list(
    run: Run, sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    staff(sqlite_database)
    assert run("add", "sue", "--role", "partner", "--partner", "seven") == 0
    assert account(sqlite_database, "sue").partner_id == 7
    assert run("disable", "sue") == 0
    assert run("disable", "sue") == 1
    until = now() + timedelta(minutes=5)
    lock = update(OperatorAccount).where(OperatorAccount.login == "ann").values(locked_until=until)
    sqlite_database.write(lambda connection: connection.execute(lock))
    capsys.readouterr()
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["LOGIN", "ann", "bob", "pat", "sue"]
    assert f"locked until {until.astimezone():%d %b %H:%M}" in lines[1]
    assert "partner of Seven  disabled" in lines[4]
    assert run("unlock", "ann") == 0
    assert run("unlock", "ann") == 1
    assert run("enable", "sue") == 0
    done = [(action, fields) for name, action, fields in entries(sqlite_database) if name == "Bob"]
    assert [fields for action, fields in done if action == "changed"] == [["enabled"], ["locked_until"], ["enabled"]]


def test_a_password_is_set_and_removed(run: Run, sqlite_database: Database) -> None:
    staff(sqlite_database)
    assert run("passwd", "ann", given=f"{PASSWORD}\n") == 0
    assert is_password(account(sqlite_database, "ann").password_hash, PASSWORD)
    assert run("passwd", "ann", given="\n") == 0
    assert account(sqlite_database, "ann").password_hash is None


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (("add", "sue"), "", "The role is missing."),
        (("add", "sue", "--role", "partner"), "", "This role needs a partner."),
        (("add", "sue", "--role", "partner", "--partner", "nobody"), "", "There is no partner “nobody”."),
        (("add", "sue", "--role", "support", "--partner", "seven"), "", "Only the partner role can have a partner."),
        (("add", "Sue Ellen", "--role", "support"), "", "A login can only contain lower-case letters"),
        (("add", "ann", "--role", "support"), "", "Another operator has this login."),
        (("add", "sue", "--role", "support"), "sue12345678\n", "too easy to guess"),
        (("passwd", "ann"), "short\n", "The password is too short."),
        (("disable", "bob"), "", "This is the last admin"),
        (("disable", "nobody"), "", "There is no operator with the login “nobody”."),
        (("unlock",), "", "The login is missing."),
    ],
)
def test_what_is_refused(
    words: tuple[str, ...],
    given: str,
    said: str,
    run: Run,
    sqlite_database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    staff(sqlite_database)
    assert run(*words, given=given) == 1
    assert said in capsys.readouterr().err


def test_only_admins_do_it(run: Run, sqlite_database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    staff(sqlite_database)
    for words in (("add", "sue", "--role", "admin"), ("disable", "bob"), ("passwd", "bob"), ("unlock", "bob")):
        assert run(*words, given=f"{PASSWORD}\n", operator="ann") == 1
        assert "Only admins can change operators" in capsys.readouterr().err
    assert entries(sqlite_database) == []
