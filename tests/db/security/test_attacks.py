"""What a partner tries in psql: every line is refused, or sees own rows only."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.db.security.conftest import Office

LINES = [
    tuple(line.split(" | ", 1))
    for line in (Path(__file__).parent / "attacks.sql").read_text("utf-8").splitlines()
    if line and not line.startswith("--")
]

pytestmark = pytest.mark.postgresql


def psql(url: str, statement: str) -> str:
    """What psql prints for statements in one transaction that is rolled back: the last value, or the error."""
    commands = ["BEGIN", *statement.split(r" \; "), "ROLLBACK"]
    command = ["psql", url, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(
        [*command, *(part for one in commands for part in ("-c", one))],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.stderr.strip() or done.stdout.strip()


def test_there_are_enough_attacks() -> None:
    assert len(LINES) >= 60


@pytest.mark.parametrize(("outcome", "statement"), LINES)
def test_a_partner_in_psql(office: Office, outcome: str, statement: str) -> None:
    found = psql(office.urls["sec_pat"], statement)
    if outcome.isdigit() or outcome in {"t", "f"}:
        assert found == outcome
    else:
        assert outcome in found
        assert "ERROR" in found
        assert "u2@" not in found.partition("LINE")[0]  # no detail names what another partner has
