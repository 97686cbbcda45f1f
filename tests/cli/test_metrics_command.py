"""`partnertui metrics`: printed, written for a collector, served; and what it says when the database is gone."""

from __future__ import annotations

import re
import select
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from partnertui.cli import main
from partnertui.demo import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build(f"sqlite:///{tmp_path / 'partnertui.db'}", customers=4, cdrs=50, seed=7)
    return tmp_path


def figures(text: str) -> dict[str, float]:
    """The samples without labels, by name; parsed as Prometheus would."""
    families = text_string_to_metric_families(text)
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


def test_they_are_printed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "metrics"]) == 0
    found = figures(capsys.readouterr().out)
    assert found["partnertui_database_up"] == found["partnertui_kamailio_up"] == 1
    assert found["partnertui_registrations"] > 0


def test_registrations_of_the_last_minute(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(folder / "partnertui.db")) as database, database:
        database.execute("UPDATE location SET last_modified = julianday('now', '-10 minutes')")
        three = "id IN (SELECT id FROM location LIMIT 3)"
        database.execute(f"UPDATE location SET last_modified = julianday('now', '-20 seconds') WHERE {three}")
    assert main(["--dir", str(folder), "metrics"]) == 0
    found = figures(capsys.readouterr().out)
    assert found["partnertui_registrations_last_minute"] == 3


def test_a_file_is_written_whole(folder: Path) -> None:
    target = folder / "partnertui.prom"
    assert main(["--dir", str(folder), "metrics", "--output", str(target)]) == 0
    assert figures(target.read_text())["partnertui_database_up"] == 1
    assert [path.name for path in folder.glob("*.prom*")] == [target.name]


def test_a_database_that_cannot_be_read_is_a_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    assert main(["--dir", str(tmp_path), "--database", url, "metrics"]) == 1
    assert figures(capsys.readouterr().out) == {"partnertui_database_up": 0.0}


def test_an_address_that_is_none_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "metrics", "--listen", "9273"]) == 1
    assert "Use the format 127.0.0.1:9273." in capsys.readouterr().err


def test_they_are_served_and_read_anew(folder: Path) -> None:
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "metrics", "--listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert select.select([server.stdout], [], [], 30)[0], "it didn't start"
        found = re.search(r"http://127\.0\.0\.1:(\d+)/metrics", server.stdout.readline())
        assert found is not None
        with urlopen(found[0], timeout=30) as answer:
            assert figures(answer.read().decode())["partnertui_database_up"] == 1
        (folder / "partnertui.db").rename(folder / "gone.db")
        with urlopen(found[0], timeout=30) as answer:
            assert figures(answer.read().decode())["partnertui_database_up"] == 0
        server.send_signal(signal.SIGINT)
        server.wait(30)
    finally:
        server.kill()
        server.communicate()
