"""A morning in the queue in a terminal of 80×24: marked tickets are tagged, assigned, merged, and that is undone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from tests.terminal import Terminal

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Ticket, TicketMessage, TicketTag
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
CTRL_A, CTRL_Y, CTRL_Z = "\x01", "\x19", "\x1a"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Settings and demo data; the three newest tickets are open, unassigned and of one customer."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=12, cdrs=500, seed=7, now=NOW)
    (tmp_path / "settings.toml").write_text(
        f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n[vies]\nurl = ""\n'
    )
    database = open_database(url)

    def work(connection: Connection) -> None:
        newest = select(Ticket.id).order_by(Ticket.id.desc()).limit(3)
        ids = list(connection.execute(newest).scalars())
        mine = {"customer_id": 1, "partner_id": None}
        values: dict[str, Any] = {"state": "open", "agent_id": None, "sla_paused_since": None, "last_update_at": NOW}
        connection.execute(update(Ticket).where(Ticket.id.in_(ids)).values(**mine, **values))
        connection.execute(update(TicketMessage).where(TicketMessage.ticket_id.in_(ids)).values(**mine))

    database.write(work)
    database.close()
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    """The program at the queue."""
    found = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("of 12")
    found.type("gs")
    found.wait("Support", "Open ")
    found.wait("1 of ")
    yield found
    found.close()


def newest(folder: Path) -> list[Any]:
    """The three tickets, the newest first."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    columns = (Ticket.id, Ticket.number, Ticket.state, Ticket.agent_id, Ticket.merged_into_id)
    query = select(*columns).order_by(Ticket.id.desc()).limit(3)
    found = list(database.read(lambda connection: connection.execute(query).all()))
    database.close()
    return found


def tagged(folder: Path) -> set[int]:
    """The tickets that were tagged by hand."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    query = select(TicketTag.ticket_id).where(TicketTag.tag == "by-hand")
    found = set(database.read(lambda connection: connection.execute(query).scalars().all()))
    database.close()
    return found


def test_marks_tags_assigns_merges_and_undoes(folder: Path, terminal: Terminal) -> None:
    tickets = newest(folder)
    ids = {ticket.id for ticket in tickets}
    terminal.type("   ")
    terminal.wait("3 marked")
    terminal.type(CTRL_Y)
    terminal.wait("Tags for 3 tickets")
    terminal.type("by-hand\r")
    terminal.wait("Tags for 3 tickets: +by-hand.")
    assert tagged(folder) == ids
    terminal.type(CTRL_A)
    terminal.wait("Assign 3 tickets to")
    terminal.type("ann whit\r")
    terminal.wait("3 assigned to Ann Whitfield.")
    assert len({ticket.agent_id for ticket in newest(folder)}) == 1
    target = tickets[-1]
    terminal.type("|")
    terminal.wait("keep which one?")
    terminal.type(f"{target.number}\r")
    terminal.wait(f"Merge into {target.number}?")
    terminal.type("y")
    terminal.wait(f"2 merged into {target.number}.")
    assert [ticket.merged_into_id for ticket in newest(folder)] == [target.id, target.id, None]
    terminal.type(CTRL_Z)
    terminal.wait("Undo your")
    terminal.type("y")
    terminal.wait("2 changes undone.")
    assert [(ticket.state, ticket.merged_into_id) for ticket in newest(folder)] == [("open", None)] * 3
    assert tagged(folder) == ids


def test_the_queue_answers_the_same_in_a_shot(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "shot", "support", "--size", "80x24", "--format", "text"]) == 0
    screen = capsys.readouterr().out
    for words in ("Number", "State", "SLA left", "Subject", "Customer", "Open ", "Closed "):
        assert words in screen
