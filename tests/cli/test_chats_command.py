"""`partnertui chats expire` destroys the text of old chats, and says how many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Chat
from partnertui.demo import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve chats, three of them a year old."""
    url = f"sqlite:///{tmp_path / 'partnertui.db'}"
    build(url, customers=12, cdrs=0, seed=7)
    database = open_database(url)
    year_ago = datetime.now(UTC) - timedelta(days=365)
    database.write(lambda c: c.execute(update(Chat).where(Chat.id.in_([3, 4, 5])).values(started_at=year_ago)))
    database.close()
    return tmp_path


def left(folder: Path) -> int:
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    count = select(func.count(Chat.id)).where(Chat.text_ciphertext.is_not(None))
    found = database.read(lambda connection: connection.scalar(count)) or 0
    database.close()
    return found


def test_the_days_of_the_settings_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = left(folder)
    assert main(["--dir", str(folder), "chats", "expire"]) != 0
    assert "Set chats.keep_days" in capsys.readouterr().err
    assert left(folder) == before
    (folder / "settings.toml").write_text("[chats]\nkeep_days = 180\n")
    assert main(["--dir", str(folder), "chats", "expire"]) == 0
    assert capsys.readouterr().out == "3 chats older than 180 days: text destroyed.\n"
    assert left(folder) == before - 3
    assert main(["--dir", str(folder), "chats", "expire", "--days", "170"]) == 0
    assert capsys.readouterr().out == "0 chats older than 170 days: text destroyed.\n"


@pytest.mark.parametrize("days", ["0", "-1", "1e9", "nan"])
def test_days_that_make_no_sense_destroy_nothing(days: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = left(folder)
    assert main(["--dir", str(folder), "chats", "expire", f"--days={days}"]) != 0
    assert left(folder) == before
