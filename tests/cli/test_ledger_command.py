"""`partnertui ledger check` says what differs, and ends with 1 then."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Customer
from partnertui.demo import build


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six customers with their ledgers."""
    build(f"sqlite:///{tmp_path / 'partnertui.db'}", customers=6, cdrs=50, seed=7)
    return tmp_path


def test_what_differs_is_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "ledger", "check"]) == 0
    assert "6 ledgers with " in (said := capsys.readouterr().out)
    assert "all entries add up" in said
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    name = database.read(lambda c: c.execute(select(Customer.company).where(Customer.id == 3)).scalar_one())
    database.write(lambda c: c.execute(update(Customer).where(Customer.id == 3).values(credit=Customer.credit + 1)))
    database.close()
    assert main(["--dir", str(folder), "ledger", "check"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"3 {name}: The ledger ends at ")
    assert last.endswith(": 1 ledger is wrong.")
    assert main(["--dir", str(folder), "ledger", "check", "--customer", "2"]) == 0
    assert "1 ledger with" in capsys.readouterr().out


def test_a_customer_that_does_not_exist(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dir", str(folder), "ledger", "check", "--customer", "999"]) != 0
    assert "There is no customer 999." in capsys.readouterr().err
