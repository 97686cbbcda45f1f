"""Adding a user in a real terminal of 80×24: by the keyboard alone, and by the mouse alone but for the text."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tests.terminal import Terminal

from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with settings and demo data."""
    path = tmp_path_factory.mktemp("users")
    url = f"sqlite:///{path / 'partnertui.db'}"
    build(url, customers=4, cdrs=50, seed=7, now=NOW)
    (path / "settings.toml").write_text('operator = "ann"\n')
    return path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    """The list of users, in 80×24."""
    found = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("1 of ")
    found.write(":users\r")
    found.wait("Users", "1 of ")
    yield found
    found.close()


def click(terminal: Terminal, text: str, *, after: str = "") -> None:
    """Clicks on a text on the screen, behind another one on its line."""
    line = terminal.wait(text, after)
    row = next(at for at, one in enumerate(terminal.lines) if one == line)
    column = line.index(text, line.index(after) if after else 0) + len(text) // 2
    for end in "Mm":
        terminal.write(f"\x1b[<0;{column + 1};{row + 1}{end}")


def saved(folder: Path, email: str) -> tuple[str, str]:
    """Extension and password hash of a user."""
    with sqlite3.connect(folder / "partnertui.db") as connection:
        query = "SELECT extension, password_hash FROM users WHERE email = ?"
        extension, password = connection.execute(query, (email,)).fetchone()
    return extension, password


def test_by_the_keyboard_alone(folder: Path, terminal: Terminal) -> None:
    terminal.write("a")
    terminal.wait("name, ID, e-mail")
    terminal.write("1")
    terminal.wait("1  ")
    terminal.write("\r")
    terminal.wait("Add a user to")
    terminal.write("Ada Byron\tada@example.org\x13")
    line = terminal.wait("Password  ")
    shown = re.search(r"Password +(\w{16})", line)
    assert shown is not None
    terminal.write("\x1b")
    terminal.wait("Users › Ada Byron")
    PasswordHasher().verify(saved(folder, "ada@example.org")[1], shown[1])


def test_by_the_mouse_alone(folder: Path, terminal: Terminal) -> None:
    click(terminal, "add")
    terminal.wait("name, ID, e-mail")
    click(terminal, "active")  # any customer of the list
    terminal.wait("Add a user to")
    click(terminal, "         ", after="Name *  ")
    terminal.write("Bea Byron")
    terminal.wait("Bea Byron")
    click(terminal, "         ", after="E-mail *  ")
    terminal.write("bea@example.org")
    terminal.wait("bea@example.org")
    click(terminal, "Security")
    click(terminal, "generated, shown once")
    click(terminal, "entered below")
    click(terminal, "         ", after="Password *  ")
    terminal.write("nine plum trams sing")
    terminal.wait("•" * 20)
    click(terminal, "Product")
    terminal.wait("Standard user")
    click(terminal, "save", after="Ctrl+S")
    terminal.wait("Users › Bea Byron")
    extension, password = saved(folder, "bea@example.org")
    PasswordHasher().verify(password, "nine plum trams sing")
    assert extension.isdecimal()
