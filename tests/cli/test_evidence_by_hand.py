"""A trace goes into the open ticket and is a ladder again, in a real terminal of 80×24, by keyboard alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.terminal import Terminal

from partnertui.db.database import open_database
from partnertui.db.models import TicketAttachment, TicketMessage
from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings and demo data."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=8, cdrs=300, seed=7, now=NOW)
    (tmp_path / "settings.toml").write_text(f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n')
    return tmp_path


@pytest.fixture
def terminal(folder: Path) -> Iterator[Terminal]:
    """The program at the first ticket of the queue."""
    found = Terminal([sys.executable, "-m", "partnertui", "--dir", str(folder)], (80, 24))
    found.wait("of 8")
    found.type(":support\r")
    found.wait("T-1")
    found.write("\r")
    found.wait("Support ›", "T-")
    yield found
    found.close()


def test_attached_to_the_open_ticket_and_opened_again(folder: Path, terminal: Terminal) -> None:
    ticket = terminal.wait("Support ›", "T-").split("›")[1].split()[0]
    terminal.type(":cdr\r")
    terminal.wait("CDR", "All")
    terminal.wait("of 300")
    terminal.write("t")
    terminal.wait("INVITE")
    terminal.write("A")
    terminal.wait("Unmasked")
    terminal.write("a")
    terminal.wait("open here")
    terminal.write("\r")
    terminal.wait(f"Attached the trace to {ticket}")
    terminal.write("\x1b")
    terminal.wait("CDR", "All")
    terminal.write("q")
    terminal.wait("Support ›", ticket)
    terminal.wait("+ trace.pcap", "trace")
    terminal.write("\r")
    terminal.wait("Ladder")
    terminal.write("\r")
    terminal.wait("elapsed")
    terminal.wait("INVITE")
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    wanted = select(TicketAttachment.evidence_kind, TicketMessage.kind).join(
        TicketMessage, TicketMessage.id == TicketAttachment.message_id
    )
    row = database.read(
        lambda connection: connection.execute(wanted.order_by(TicketAttachment.id.desc()).limit(1)).one()
    )
    database.close()
    assert tuple(row) == ("trace", "note")
