"""`partnertui bundle` writes everything of a ticket, encrypted, and unpacks it again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Ticket, TicketAttachment, TicketMessage
from partnertui.demo import build

SECRET = "violet tram under nine maples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with settings and demo data."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    # at another time the same seed may give no ticket that has both a call and an attachment
    build(url, customers=8, cdrs=300, seed=7, now=datetime(2026, 11, 20, 9, tzinfo=UTC))
    (tmp_path / "settings.toml").write_text(f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{url}"\n')
    return tmp_path


def with_attachment(folder: Path) -> tuple[str, bytes, str]:
    """Number of a ticket about a call with an attachment, the attachment, the last words said."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    wanted = (
        select(Ticket.id, Ticket.number, TicketAttachment.content)
        .join(TicketMessage, TicketMessage.ticket_id == Ticket.id)
        .join(TicketAttachment, TicketAttachment.message_id == TicketMessage.id)
        .where(Ticket.cdr_id.is_not(None))
    )
    ticket, number, content = database.read(lambda connection: connection.execute(wanted.limit(1)).one())
    said = select(TicketMessage.body).where(TicketMessage.ticket_id == ticket, TicketMessage.kind == "customer")
    body = database.read(lambda connection: connection.execute(said).scalars().first())
    database.close()
    return number, content, str(body)


def test_written_and_unpacked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number, content, said = with_attachment(folder)
    monkeypatch.setenv("PARTNERTUI_BUNDLE_PASSPHRASE", SECRET)
    file, out = folder / "e.bundle", folder / "out"
    assert main(["--dir", str(folder), "bundle", number, "-o", str(file)]) == 0
    assert file.stat().st_mode & 0o777 == 0o600
    assert said.encode() not in file.read_bytes()
    assert main(["--dir", str(folder), "bundle", "--open", str(file), "-o", str(out)]) == 0
    assert "matching the manifest" in capsys.readouterr().out
    assert said.strip() in (out / "conversation.txt").read_text()
    assert content in [one.read_bytes() for one in (out / "attachments").iterdir()]
    assert json.loads((out / "calls.json").read_text())
    assert json.loads((out / "ticket.json").read_text())["number"] == number
    assert main(["--dir", str(folder), "bundle", number, "-o", str(file)]) != 0
    assert "already exists" in capsys.readouterr().err


def test_refused_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number, _, _ = with_attachment(folder)
    file, out, secret = folder / "e.bundle", folder / "out", folder / "secret"
    start = ["--dir", str(folder), "bundle"]
    secret.write_text(f"{SECRET}\n")
    assert main([*start, number, "-o", str(file), "--passphrase-file", str(secret)]) == 0
    monkeypatch.setenv("PARTNERTUI_BUNDLE_PASSPHRASE", "another one")
    assert main([*start, "--open", str(file), "-o", str(out)]) != 0
    assert "The passphrase is wrong, or the file was altered" in capsys.readouterr().err
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    assert main([*start, "--open", str(file), "-o", str(out), "--passphrase-file", str(secret)]) != 0
    assert "the file was altered" in capsys.readouterr().err
    assert not out.exists()
    monkeypatch.setenv("PARTNERTUI_BUNDLE_PASSPHRASE", "password12")
    assert main([*start, number, "-o", str(folder / "weak")]) != 0
    assert "The passphrase is too easy to guess" in capsys.readouterr().err
    assert main([*start, "T-1", "-o", str(folder / "none")]) != 0
    assert "There is no ticket T-1." in capsys.readouterr().err
    assert main([*start, number]) != 0
    assert "Give either a ticket or a bundle" in capsys.readouterr().err
