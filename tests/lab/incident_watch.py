"""What a site runs all the time: `partnertui incidents`, and the import of finished calls."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select
from tests.lab.labtools import Lab

from partnertui.db.database import Database, open_database
from partnertui.db.errors import DatabaseError
from partnertui.db.models import IncidentRecord
from partnertui.db.models.base import table_of
from partnertui.db.rows.type_aliases import ResultRow
from partnertui.db.sync import sync

SECONDS = float(os.environ.get("PARTNERTUI_TEST_INCIDENT_SECONDS", "3"))
"""Between two looks, and between two imports; the shipped units have 20 each."""


class IncidentWatch:
    """The command as its service runs it, with the time of each line that it printed."""

    def __init__(self, lab: Lab, office: Database, folder: Path) -> None:
        self.lab, self.office = lab, office
        self.lines: list[tuple[datetime, str]] = []
        self.failed_imports: list[str] = []
        settings = (
            f'operator = "ann"\ndevelopment = true\n[database]\nurl = "{office.url}"\n[kamailio]\nurl = "{lab.url}"\n'
        )
        (folder / "settings.toml").write_text(settings)
        words = ("--dir", str(folder), "incidents", "--interval", str(SECONDS))
        self._command = subprocess.Popen(
            (sys.executable, "-m", "partnertui", *words),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("PARTNERTUI_TEST_")},
        )
        self._ended = Event()
        self._threads = [Thread(target=self._read, daemon=True), Thread(target=self._import, daemon=True)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self._command.stdout is not None
        for line in self._command.stdout:
            self.lines.append((datetime.now(UTC), line.strip()))

    def _import(self) -> None:
        with closing(open_database(self.lab.url, read_only=True)) as kamailio:
            while not self._ended.wait(SECONDS):
                try:
                    sync(self.office, kamailio=kamailio)
                except DatabaseError as error:  # its timer starts it again
                    self.failed_imports.append(str(error))

    def close(self) -> None:
        """Ends both."""
        self._ended.set()
        self._command.terminate()
        self._command.wait(timeout=20)
        for thread in self._threads:
            thread.join(timeout=20)

    def rest(self) -> None:
        """Until what has happened so far was imported and looked at."""
        time.sleep(2 * SECONDS + 2)
        assert self._command.poll() is None, self.lines

    def found_at(self, words: str, deadline: float = 60.0) -> datetime:
        """When the line with these words was printed; waits for it."""
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            found = [at for at, line in self.lines if words in line]
            if found:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"“{words}” was never printed: {self.lines} {self.failed_imports}")

    def incidents(self) -> list[ResultRow]:
        """All that were found, in order."""
        incidents = table_of(IncidentRecord)
        query = select(incidents).order_by(incidents.c.id)
        return list(self.office.read(lambda connection: connection.execute(query).all()))

    def wait_until_ended(self, value: str) -> None:
        """Until the incident with this value has ended."""
        end = time.monotonic() + 30 + 2 * SECONDS
        while [one.state for one in self.incidents() if one.value == value] != ["ended"]:
            assert time.monotonic() < end, self.incidents()
            time.sleep(0.3)
