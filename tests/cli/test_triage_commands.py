"""`partnertui wake` and `partnertui incidents`: what is due comes back once; failures that belong together are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from tests.db.kamailio import switches

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.kamailio.tables import create_tables, tables
from partnertui.db.models import Cdr, Ticket
from partnertui.demo import build
from partnertui.domain.call_enums import Disposition
from partnertui.domain.ticket_enums import TicketState


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(found, customers=4, cdrs=50, seed=7, now=datetime.now(UTC) - timedelta(days=30))
    return found


def run(folder: Path, url: str, *command: str) -> int:
    return main(["--dir", str(folder), "--database", url, "--operator", "ann", *command])


def test_snoozed_tickets_come_back_once(tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database(url)
    assert run(tmp_path, url, "wake") == 0  # what the demo's month has made due
    capsys.readouterr()
    ticket = database.read(lambda c: c.scalar(select(Ticket.id).order_by(Ticket.id).limit(1)))
    snoozed = {"state": TicketState.SNOOZED, "snoozed_until": datetime.now(UTC) - timedelta(minutes=1)}
    database.write(lambda c: c.execute(update(Ticket).where(Ticket.id == ticket).values(snoozed)))
    assert run(tmp_path, url, "wake") == 0
    assert "1 ticket woken." in capsys.readouterr().out
    assert run(tmp_path, url, "wake") == 0
    assert "0 tickets woken." in capsys.readouterr().out
    state = select(Ticket.state).where(Ticket.id == ticket)
    assert database.read(lambda connection: connection.scalar(state)) == TicketState.OPEN
    database.close()


def test_a_dead_carrier_is_told_once(tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database(url)
    now = datetime.now(UTC)
    failed = [
        {
            "started_at": now - timedelta(seconds=10 + number),
            "category": "dialled",
            "direction": "outbound",
            "destination_number": f"4420718{number:05}",
            "destination_ip": "203.0.113.66",
            "disposition": Disposition.CONGESTION,
            "sip_code": 503,
        }
        for number in range(6)
    ]
    database.write(lambda connection: connection.execute(insert(Cdr), failed))
    database.close()
    assert run(tmp_path, url, "incidents") == 0
    assert "share the carrier 203.0.113.66" in capsys.readouterr().out
    assert run(tmp_path, url, "incidents") == 0
    assert "carrier" not in capsys.readouterr().out


def test_kamailio_that_comes_back_is_looked_at_again(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tables can't be read at first, which is said once; then its phones are lost."""
    kamailio = open_database(f"sqlite:///{tmp_path / 'kamailio.db'}")
    kamailio.write(lambda connection: None)
    (tmp_path / "settings.toml").write_text(f'[kamailio]\nurl = "{kamailio.url}"\n')
    expires = datetime.now(UTC) + timedelta(hours=1)
    phones = [
        switches.registration(number, f"30{number}", expires=expires, socket="udp:203.0.113.10:5060")
        for number in range(10, 22)
    ]
    looks: list[float] = []

    def between_looks(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            kamailio.write(lambda connection: connection.execute(create_tables(connection).location.insert(), phones))
        if len(looks) == 3:
            kamailio.write(lambda connection: connection.execute(delete(tables().location)))
        if len(looks) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", between_looks)
    run(tmp_path, url, "incidents", "--interval", "20")
    kamailio.close()
    told = capsys.readouterr()
    assert told.err.count("Registrations can't be checked") == 1
    assert "12 failures (registration lost) share the server" in told.out
