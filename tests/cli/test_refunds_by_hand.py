"""A refund in a real terminal of 80×24: by keyboard alone with its keys counted, and by mouse alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from tests.cli.test_money_by_hand import click
from tests.terminal import Terminal

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Refund, Transaction
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
REFUND = "("
MOST_KEYS = 8
"""Keys for one item of a sale, without its reason and amount."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings and demo data."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=6, cdrs=0, seed=7, now=NOW)
    settings = f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n[vies]\nurl = ""\n'
    (tmp_path / "settings.toml").write_text(settings)
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    """The program at the list of transactions that can be refunded."""
    found = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("of 6")
    found.type("gt")
    found.wait("Transactions", "All")
    found.type("/type:renewal state:completed\r")
    found.wait("1 of ")
    yield found
    found.close()


def newest(folder: Path) -> Any:
    """The newest refund with its sale."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    query = select(Refund.state, Refund.reason, Refund.amount).order_by(Refund.id.desc()).limit(1)
    found = database.read(lambda connection: connection.execute(query).one())
    database.close()
    return found


def test_an_item_by_keyboard_alone(folder: Path, terminal: Terminal) -> None:
    keys = [REFUND, "i", "\t", " ", " ", "\x13", "one too many", "\t", "100.80", "\x13"]
    terminal.write(keys[0])
    terminal.wait("Refund MTP-INV-")
    terminal.type("".join(keys[1:5]))
    terminal.wait("will be refunded", "including")
    terminal.type(keys[5])
    terminal.wait("Reason *")
    terminal.type("".join(keys[6:]))
    terminal.wait("pay it out manually")
    assert (newest(folder).state, newest(folder).reason) == ("by hand", "one too many")
    assert len([key for key in keys if len(key) < 6 or key == REFUND]) <= MOST_KEYS


def test_an_item_by_mouse_alone(folder: Path, terminal: Terminal) -> None:
    """The mouse opens the dialog, drags the item and confirms; the reason is typed all the same."""
    click(terminal, "( refund")
    terminal.wait("Refund MTP-INV-")
    click(terminal, "Refund ", "full")
    click(terminal, "individual items")
    line = terminal.wait("Standard user", "Refund: no items")
    y = terminal.lines.index(line) + 1
    start, end = line.index("Standard") + 1, line.index("Refund: no items") + 1
    terminal.write(f"\x1b[<0;{start};{y}M\x1b[<32;{start + 5};{y}M\x1b[<32;{end};{y}M\x1b[<0;{end};{y}m")
    terminal.wait("will be refunded", "including")
    click(terminal, "Ctrl+S preview")
    terminal.wait("Reason *")
    terminal.type("one too many")
    line = terminal.wait("Repeat amount")
    x, y = line.index("Repeat amount") + 26, terminal.lines.index(line) + 1
    terminal.write(f"\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m")
    terminal.type("100.80")
    click(terminal, "Esc cancel", "Ctrl+S refund")
    terminal.wait("pay it out manually")
    assert newest(folder).state == "by hand"


def test_the_command_lists_open_refunds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "refunds"]) in (0, 1)
    before = capsys.readouterr().out
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    database.write(lambda connection: connection.execute(update(Refund).values(state="completed")))
    database.close()
    assert main(["--dir", str(folder), "refunds", "--resolve"]) == 0
    after = capsys.readouterr().out
    assert "There are no open refunds." in after
    assert before != after


def test_the_command_settles_what_is_unknown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The site's program knows the refund: it is completed, and the exit code says that nothing is open."""
    script = folder / "pay.sh"
    script.write_text('#!/bin/sh\necho \'{"state": "completed", "reference": "T-1"}\'\n')
    script.chmod(0o755)
    (folder / "settings.toml").open("a").write(f'[gateways]\ncommand = ["{script}"]\n')
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    values = {"state": "completed"}

    def work(connection: Any) -> None:
        connection.execute(update(Refund).values(**values))
        first = select(Refund.id).order_by(Refund.id).limit(1).scalar_subquery()
        changed = {"state": "unknown", "gateway": "command", "sent_at": NOW}
        connection.execute(update(Refund).where(Refund.id == first).values(**changed))

    database.write(work)
    assert main(["--dir", str(folder), "refunds"]) == 1
    assert "unknown" in capsys.readouterr().out
    assert main(["--dir", str(folder), "refunds", "--resolve"]) == 0
    assert "1 of 1 refund settled" in capsys.readouterr().out
    query = select(Transaction.gateway_reference).join(Refund, Refund.transaction_id == Transaction.id)
    first = database.read(lambda connection: connection.execute(query.order_by(Refund.id)).scalars().first())
    database.close()
    assert first == "T-1"


def test_partners_have_no_use_of_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = (folder / "settings.toml").read_text().replace('"ann"', '"meridian"')
    (folder / "settings.toml").write_text(settings)
    assert main(["--dir", str(folder), "refunds"]) != 0
    assert "Only staff" in capsys.readouterr().err
