"""`partnertui rate`: what it says, its exit codes, a dry run and its correction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Cdr, Customer, CustomerPriceList, PriceListEntry, StatementEntry
from partnertui.demo import build

OLD = "2020-01-01"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A small demo database."""
    path = tmp_path_factory.mktemp("rate") / "partnertui.db"
    build(f"sqlite:///{path}", customers=30, cdrs=6_000, seed=7)
    return path.read_bytes()


@pytest.fixture
def folder(demo: bytes, tmp_path: Path) -> Path:
    (tmp_path / "partnertui.db").write_bytes(demo)
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["--dir", str(folder), "--operator", "ann", "rate", *words])


def database(folder: Path, work: Any) -> Any:
    opened = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    found = opened.write(work)
    opened.close()
    return found


def ledgers_add_up(connection: Any) -> bool:
    moved = func.sum(StatementEntry.credit - StatementEntry.debit)
    lines = select(StatementEntry.customer_id, moved.label("sum")).group_by(StatementEntry.customer_id).subquery()
    wrong = select(Customer.id).join(lines, lines.c.customer_id == Customer.id).where(Customer.credit != lines.c.sum)
    return connection.execute(wrong).first() is None


def add_prices(connection: Any) -> None:
    """What the demo lacks: calls to +999."""
    for key in connection.scalars(select(CustomerPriceList.price_list_id).distinct()).all():
        row = {"price_list_id": key, "name": "Reserve", "prefix": "999", "per_minute": 1_000_000}
        connection.execute(insert(PriceListEntry), [row])


def test_calls_without_a_price(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 1
    assert "still have none." in capsys.readouterr().out
    database(folder, add_prices)
    assert run(folder) == 0
    assert "calls now have a price." in capsys.readouterr().out
    assert run(folder) == 0
    assert capsys.readouterr().out == "There are no calls without a price.\n"
    assert database(folder, ledgers_add_up)


def test_again_a_dry_run_then_the_correction(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    charged = select(CustomerPriceList.price_list_id).join(Cdr, Cdr.customer_id == CustomerPriceList.customer_id)
    query = charged.where(Cdr.charge > 0, CustomerPriceList.slot == "outbound calls").limit(1)
    key = str(database(folder, lambda connection: connection.scalar(query)))
    raised = update(PriceListEntry).where(PriceListEntry.price_list_id == int(key))
    database(folder, lambda c: c.execute(raised.values(per_minute=PriceListEntry.per_minute * 2)))
    assert run(folder, "--again", key, "--since", OLD) == 0
    assert "This was a dry run: add --apply to make the corrections." in capsys.readouterr().out
    assert run(folder, "--again", key, "--since", OLD, "--apply") == 0
    assert "Corrected for" in capsys.readouterr().out
    assert run(folder, "--again", key, "--since", OLD) == 0
    assert capsys.readouterr().out == "No charges would change.\n"
    assert database(folder, ledgers_add_up)


def test_what_is_missing_is_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--again", "1") != 0
    assert "--again requires a date." in capsys.readouterr().err
    assert run(folder, "--since", "soon") != 0
    assert "isn't a date" in capsys.readouterr().err
