"""`partnertui import`: exit codes, what it says, and the kinds whose rules are those of the add dialogs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from partnertui.cli import main
from partnertui.db.database import open_database
from partnertui.db.models import Customer, Ddi, PriceList, PriceListEntry, User
from partnertui.demo import build
from partnertui.domain.customer_and_user_enums import CustomerStatus


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An embedded database with demo data, in the folder that the commands run in."""
    build(f"sqlite:///{tmp_path / 'partnertui.db'}", customers=12, cdrs=50, seed=7)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, *words: str) -> int:
    return main(["--dir", str(folder), "--operator", "ann", "import", *words])


def read(folder: Path, query: Any) -> list[Any]:
    database = open_database(f"sqlite:///{folder / 'partnertui.db'}")
    found = database.read(lambda connection: list(connection.execute(query).mappings()))
    database.close()
    return found


def made(folder: Path, text: str) -> str:
    (folder / "file.csv").write_text(text)
    return "file.csv"


def test_rates_a_dry_run_then_in_earnest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = made(folder, "Prefix;Name;Rate\n99949;Germany;0,0123\n")
    price_list = str(read(folder, select(PriceList.id).where(PriceList.kind == "calls").limit(1))[0]["id"])
    query = select(PriceListEntry.per_minute).where(PriceListEntry.prefix == "99949")
    assert run(folder, "rates", file, "--list", price_list, "--dry-run") == 0
    assert "1 line can be imported. Nothing was" in capsys.readouterr().err
    assert read(folder, query) == []
    assert run(folder, "rates", file, "--list", price_list) == 0
    assert "1 price imported." in capsys.readouterr().err
    assert [row["per_minute"] for row in read(folder, query)] == [12_300]


def test_bad_lines_are_refused_and_all_of_them_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = made(folder, "Prefix;Name;Rate\n99949;Germany;0,0123\n+1;US;1\n99950;Other;1,234\n")
    assert run(folder, "rates", file, "--list", "1", "--problems", "bad.csv") == 1
    shown = capsys.readouterr().err
    assert "Line 3, Prefix:" in shown
    assert "Line 4, Per minute:" in shown
    assert "2 of 3 lines aren't valid" in shown
    assert len((folder / "bad.csv").read_text().splitlines()) == 3
    assert run(folder, "rates", file, "--list", "nowhere") == 1
    assert "There is no price list “nowhere”" in capsys.readouterr().err


CUSTOMERS = """\
Firma;E-Mail;Land;Währung;Ort;VAT number
Neue GmbH;a@neue.example;DE;EUR;Köln;DE136695976
British Ltd;b@british.example;United Kingdom;GBP;Leeds;
"""


def test_customers(folder: Path) -> None:
    assert run(folder, "customers", made(folder, CUSTOMERS)) == 0
    query = select(Customer.company, Customer.country, Customer.currency, Customer.status, Customer.vat_checked)
    found = read(folder, query.where(Customer.email.in_(["a@neue.example", "b@british.example"])).order_by(Customer.id))
    assert [tuple(row.values()) for row in found] == [
        ("Neue GmbH", "DE", "EUR", CustomerStatus.TRIAL, True),
        ("British Ltd", "GB", "GBP", CustomerStatus.TRIAL, False),
    ]


def test_customers_are_checked_as_the_form_does(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Company,E-mail,Country,Currency,VAT number\nA,a@a.example,DE,EUR,\nB,no,GB,GBP,\nC,c@c.example,GB,XXX,\n"
    assert run(folder, "customers", made(folder, text)) == 1
    shown = capsys.readouterr().err
    assert "Line 2, VAT number: Required." in shown
    assert "Line 3, E-mail:" in shown
    assert "Line 4, Currency: “XXX” isn't one of the choices" in shown
    assert read(folder, select(Customer.id).where(Customer.company.in_(["A", "B", "C"]))) == []


def test_users_get_free_extensions_and_sealed_passwords(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Customer;Name;E-mail;Extension\n1;Ann One;one@new.example;\n1;Bea Two;two@new.example;\n"
    assert run(folder, "users", made(folder, text)) == 0
    shown = capsys.readouterr().err
    assert "a user's record shows them on request" in shown
    query = select(User.extension, User.sip_password_ciphertext, User.password_hash)
    found = read(folder, query.where(User.email.endswith("@new.example")))
    assert len({row["extension"] for row in found}) == 2
    assert all(row["sip_password_ciphertext"] and row["password_hash"] is None for row in found)


def test_users_that_cant_be_added(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "Customer;Name;E-mail;Password\n"
        "1;Ann;one@new.example;hunter2\n"
        "999999;Bea;two@new.example;\n"
        "1;Cy;three@new.example;\n"
        "1;Di;THREE@new.example;\n"
    )
    assert run(folder, "users", made(folder, text)) == 1
    shown = capsys.readouterr().err
    assert "Line 2, Password: Passwords don't belong in files." in shown
    assert "hunter2" not in shown
    assert "Line 3, Customer: There is no customer “999999”." in shown
    assert "Line 5, E-mail:" in shown
    assert read(folder, select(User.id).where(User.email.endswith("@new.example"))) == []


def test_numbers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Kunde;Rufnummer;special case\n1;+4930231250[00-09];yes\n1;+493023125199;yes\n"
    assert run(folder, "numbers", made(folder, text)) == 0
    assert "2 lines of numbers imported." in capsys.readouterr().err
    assert len(read(folder, select(Ddi.id).where(Ddi.number.startswith("4930231250")))) == 10
    assert run(folder, "numbers", made(folder, "Customer;Number\n1;+493023125199\n1;12\n")) == 1
    shown = capsys.readouterr().err
    assert "Line 2, Numbers:" in shown
    assert "Line 3, Numbers:" in shown


def test_a_partner_imports_only_for_their_own_customers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = read(folder, select(Customer.id).where(Customer.partner_id.is_(None)).limit(1))[0]["id"]
    words = ["--dir", str(folder), "--operator", "harbor", "import", "users"]
    assert main([*words, made(folder, f"Customer;Name;E-mail\n{foreign};Ann;one@new.example\n")]) == 1
    assert f"There is no customer “{foreign}”." in capsys.readouterr().err


def test_ctrl_c_leaves_nothing(folder: Path) -> None:
    rows = "".join(f"{999_000_000 + at};Area {at};0,01\n" for at in range(150_000))
    file = made(folder, "Prefix;Name;Rate\n" + rows)
    command = [sys.executable, "-m", "partnertui", "--dir", str(folder), "--operator", "ann", "import", "rates", file]
    child = subprocess.Popen([*command, "--list", "1"], stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    assert child.stderr is not None
    assert "columns separated by semicolons" in child.stderr.readline()  # checked: now it is being stored
    child.send_signal(signal.SIGINT)
    assert child.wait(60) == 130
    assert "Stopped." in child.stderr.read()
    child.stderr.close()
    assert read(folder, select(PriceListEntry.id).where(PriceListEntry.prefix.startswith("999")).limit(1)) == []
