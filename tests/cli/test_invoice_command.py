"""`partnertui invoice`: writes a document whole or not at all, and says what is wrong with one."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Transaction
from partnertui.demo import build
from partnertui.domain.billing_enums import PaymentState, TransactionType
from partnertui.invoices.validation import check_file

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("invoice")
    build(f"sqlite:///{found / 'partnertui.db'}", customers=6, cdrs=500, seed=7, now=NOW)
    return found


def paid(folder: Path, kind: TransactionType, state: PaymentState = PaymentState.COMPLETED) -> str:
    """The ID of a transaction."""
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    query = select(Transaction.id).where(Transaction.transaction_type == kind, Transaction.state == state)
    found = database.read(lambda connection: connection.scalar(query))
    database.close()
    assert found is not None
    return str(found)


def run(folder: Path, *words: str) -> int:
    return main(["--dir", str(folder), "--operator", "ann", "invoice", *words])


def test_it_writes_and_checks(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renewal = paid(folder, TransactionType.RENEWAL)
    path, xml = tmp_path / "a.pdf", tmp_path / "a.xml"
    assert run(folder, renewal, "-o", str(path)) == 0
    assert run(folder, renewal, "--detailed", "-o", str(path)) == 0
    assert run(folder, renewal, "--xml", "-o", str(xml)) == 0
    capsys.readouterr()
    for file in (path, xml):
        assert run(folder, "check", str(file)) == 0
        shown = capsys.readouterr().out
        assert "Amounts to the cent: correct\nOfficial schema: correct\nOfficial rules: correct" in shown
    wrong = xml.read_text().replace("<ram:DuePayableAmount>0.00<", "<ram:DuePayableAmount>0.50<")
    xml.write_text(wrong)
    assert run(folder, "check", str(xml)) == 1
    assert "but the amount due is given as 0.50" in capsys.readouterr().out


def test_it_goes_through_a_pipe(folder: Path) -> None:
    words = ["--dir", str(folder), "--operator", "ann", "invoice", paid(folder, TransactionType.RENEWAL), "-o", "-"]
    done = subprocess.run([sys.executable, "-m", "partnertui", *words], capture_output=True, check=True)
    assert check_file(done.stdout).is_valid
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x"], "isn't a transaction ID"),
        (["9" * 30, "-o", "f.pdf"], "isn't a transaction ID"),
        (["99999999", "-o", "f.pdf"], "There is no transaction 99999999"),
        (["1"], "No file to write"),
        (["1", "-o", "/nowhere/f.pdf"], "There is no folder /nowhere"),
        (["1", "--xml", "--detailed", "-o", "f.pdf"], "The XML can't include calls"),
        (["check"], "No file to check"),
        (["check", "/nowhere/f.pdf"], "can't be read"),
        (["check", "/etc/passwd"], "isn't XML"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    folder: Path,
    tmp_path: Path,
    words: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(folder, *words) != 0
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_paid_is_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    query = select(Transaction.id).where(Transaction.state == PaymentState.FAILED)
    failed = database.read(lambda connection: connection.scalar(query))
    database.close()
    assert run(folder, str(failed), "-o", str(tmp_path / "f.pdf")) != 0
    assert "its payment failed" in capsys.readouterr().err


def test_a_full_disk_leaves_no_half_file(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert run(folder, paid(folder, TransactionType.RENEWAL), "-o", str(tmp_path / "a.pdf")) != 0
    assert "The disk is full" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_read_only(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o500)
    closed = tmp_path if os.geteuid() else Path("/sys")  # root may write anywhere else
    assert run(folder, paid(folder, TransactionType.RENEWAL), "-o", str(closed / "a.pdf")) != 0
    assert "Permission denied" in capsys.readouterr().err
