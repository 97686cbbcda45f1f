"""Rates imported from CSV: every line is checked, then all are stored, or none; on both databases."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from tests.db.makers import ANN, BOB, PAT, staff
from tests.row_security import make_login

from partnertui.db.database import Database, open_database
from partnertui.db.idempotent_writes import new_key
from partnertui.db.imports.rates import RatesImport
from partnertui.db.imports.run import Checked, CsvImport, ImportCancelled
from partnertui.db.models import History, PriceList, PriceListEntry
from partnertui.db.query_cancellation import Cancel
from partnertui.domain.errors import DomainError, NotAllowed
from partnertui.domain.operators import Operator

HEADER = "Prefix;Name;Price per minute;First step;Step;Unlimited\n"


@pytest.fixture
def filled(database: Database) -> Database:
    """Operators and a price list for calls in EUR."""
    staff(database)
    lists = [
        {"id": 1, "name": "Calls", "kind": "calls", "currency": "EUR"},
        {"id": 2, "name": "Numbers", "kind": "ddis", "currency": "EUR"},
        {"id": 3, "name": "Products", "kind": "products", "currency": "EUR"},
    ]
    database.write(lambda connection: connection.execute(insert(PriceList), lists))
    return database


def file_of(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "rates.csv"
    path.write_bytes(text.encode(encoding))
    return path


def made(database: Database, path: Path, price_list: int = 1, operator: Operator = ANN, **more: Any) -> CsvImport:
    return CsvImport(database, operator, path, RatesImport(price_list), **more)


def prices(database: Database) -> list[Any]:
    query = select(PriceListEntry).order_by(PriceListEntry.prefix)
    return database.read(lambda connection: list(connection.execute(query).mappings()))


def problems(checked: Checked) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in checked.problems.first]


def test_rates_are_stored_with_their_history(filled: Database, tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + "49;Germany;0,0123;60;1;no\r\n4989;München;0,02;;;ja\r\n", "cp1252")
    run = made(filled, path)
    assert run.store(run.check(), new_key()) == 2
    first, second = prices(filled)
    assert (first["name"], first["per_minute"], first["first_seconds"], first["step_seconds"]) == (
        "Germany",
        12300,
        60,
        1,
    )
    assert (second["name"], second["unlimited"], second["version"]) == ("München", True, 1)
    query = select(History).where(History.object_table == "price_list_entries").order_by(History.id)
    told = filled.read(lambda connection: list(connection.execute(query).mappings()))
    assert [row["object_id"] for row in told] == [first["id"], second["id"]]
    assert told[0]["changes"]["per_minute"] == [None, 12300]
    assert {row["operator_name"] for row in told} == {"Ann"}


BAD = """\
49;Germany;0,01;60;1;no
+49;Plus;0,01;60;1;no
4930;"Two
lines";x;60;1;no
4931;Step;0,01;60;0;no
4932;Negative;-0,01;60;1;no
49;Again;0,01;60;1;no
4933;Ambiguous;1,234;60;1;no
4934;Short;0,01
4935;"Quote"s;0,01;60;1;no
4936;;0,01;60;1;no
4937;Maybe;0,01;60;1;perhaps
"""


def test_each_bad_line_is_told_with_line_column_and_sentence(filled: Database, tmp_path: Path) -> None:
    checked = made(filled, file_of(tmp_path, HEADER + BAD)).check()
    assert problems(checked) == [
        (3, "Prefix"),
        (4, "Per minute"),
        (6, "Further increments"),
        (7, "Per minute"),
        (8, "Prefix"),
        (9, "Per minute"),
        (10, ""),
        (11, ""),
        (12, "Name"),
        (13, "In unlimited plan"),
    ]
    assert all(problem.text.endswith(".") for problem in checked.problems.first)
    assert checked.lines == 11
    run = made(filled, tmp_path / "rates.csv")
    with pytest.raises(DomainError, match="nothing was imported"):
        run.store(checked, new_key())
    assert prices(filled) == []


def test_three_bad_lines_of_half_a_million(sqlite_database: Database, tmp_path: Path) -> None:
    staff(sqlite_database)
    lists = [{"id": 1, "name": "Calls", "kind": "calls", "currency": "EUR"}]
    sqlite_database.write(lambda connection: connection.execute(insert(PriceList), lists))
    lines = [f"{4_000_000 + at};Area;0,01;60;1;no" for at in range(500_000)]
    lines[70_000], lines[250_000], lines[-1] = "4x;Area;0,01;60;1;no", "4000000;Again;0,01;60;1;no", "4999999;Short"
    run = made(sqlite_database, file_of(tmp_path, HEADER + "\n".join(lines)))
    checked = run.check()
    assert problems(checked) == [(70_002, "Prefix"), (250_002, "Prefix"), (500_001, "")]
    assert checked.lines == 500_000
    with pytest.raises(DomainError, match="3 lines aren't valid: nothing was imported"):
        run.store(checked, new_key())
    assert prices(sqlite_database) == []


def test_at_most_a_hundred_are_kept_and_all_are_written(filled: Database, tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + "x;A;0,01;60;1;no\n" * 250)
    with (tmp_path / "problems.csv").open("w+") as out:
        checked = made(filled, path).check(out)
    assert (checked.problems.count, len(checked.problems.first)) == (250, 100)
    assert len((tmp_path / "problems.csv").read_text().splitlines()) == 251


def test_a_prefix_that_the_list_has_is_refused(filled: Database, tmp_path: Path) -> None:
    run = made(filled, file_of(tmp_path, HEADER + "49;Germany;0,01;60;1;no\n"))
    run.store(run.check(), new_key())
    again = made(filled, tmp_path / "rates.csv").check()
    assert "has a price for 49" in again.problems.first[0].text


def test_the_same_key_stores_it_once(filled: Database, tmp_path: Path) -> None:
    run, key = made(filled, file_of(tmp_path, HEADER + "49;Germany;0,01;60;1;no\n")), new_key()
    checked = run.check()
    assert [run.store(checked, key), run.store(checked, key)] == [1, 1]
    assert len(prices(filled)) == 1


def test_a_file_that_changed_meanwhile_is_not_imported(filled: Database, tmp_path: Path) -> None:
    run = made(filled, file_of(tmp_path, HEADER + "49;Germany;0,01;60;1;no\n"))
    checked = run.check()
    file_of(tmp_path, HEADER + "49;Germany;0,02;60;1;no\n50;Other;0,01;60;1;no\n")
    with pytest.raises(DomainError, match="changed since"):
        run.store(checked, new_key())


def test_what_somebody_added_meanwhile_refuses_all(filled: Database, tmp_path: Path) -> None:
    run = made(filled, file_of(tmp_path, HEADER + "49;Germany;0,01;60;1;no\n50;Other;0,01;60;1;no\n"))
    checked = run.check()
    row = {"price_list_id": 1, "name": "Other", "prefix": "50", "first_seconds": 60, "step_seconds": 1}
    filled.write(lambda connection: connection.execute(insert(PriceListEntry), [row]))
    with pytest.raises(DomainError, match=r"Line 3: .*Nothing was imported"):
        run.store(checked, new_key())
    assert len(prices(filled)) == 1


def test_ddi_prices(filled: Database, tmp_path: Path) -> None:
    path = file_of(tmp_path, "name,country,monthly,set-up\nGerman numbers,Germany,1.50,0\n")
    run = made(filled, path, 2)
    assert run.store(run.check(), new_key()) == 1
    assert (prices(filled)[0]["country"], prices(filled)[0]["monthly_fee"]) == ("DE", 1_500_000)
    with pytest.raises(DomainError, match="for products"):
        made(filled, path, 3).check()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no header"),
        (HEADER, "no lines"),
        ("Prefix;Colour\n49;red\n", "no column Name and no column Per minute"),
        ("Prefix;Code;Name;Rate\n", "Two columns match Prefix"),
    ],
)
def test_files_that_cant_be_imported_at_all(filled: Database, tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DomainError, match=words):
        made(filled, file_of(tmp_path, text)).check()


def test_another_currency_is_refused(filled: Database, tmp_path: Path) -> None:
    path = file_of(tmp_path, "Prefix;Name;Rate;Currency\n49;Germany;0,01;GBP\n50;Other;0,01;EUR\n")
    assert problems(made(filled, path).check()) == [(2, "Currency")]


def test_a_partner_imports_no_rates(filled: Database, tmp_path: Path) -> None:
    run = made(filled, file_of(tmp_path, HEADER + "49;Germany;0,01;60;1;no\n"), operator=PAT)
    with pytest.raises(NotAllowed):
        run.store(run.check(), new_key())
    assert prices(filled) == []


def many(tmp_path: Path, count: int) -> Path:
    return file_of(tmp_path, HEADER + "".join(f"{4_000_000 + at};Area {at};0,01;60;1;no\n" for at in range(count)))


@pytest.mark.parametrize("part", ["check", "store"])
def test_cancelling_leaves_nothing(filled: Database, tmp_path: Path, part: str) -> None:
    cancel, run = Cancel(), made(filled, many(tmp_path, 12_000))
    checked = run.check() if part == "store" else None
    told: list[int] = []

    def tell(done: int, total: int) -> None:
        told.append(done)
        if len(told) == 8:
            cancel.cancel()

    run.cancel, run.tell = cancel, tell
    with pytest.raises(ImportCancelled):
        run.store(checked, new_key()) if checked is not None else run.check()
    assert prices(filled) == []
    assert told == sorted(told)


def count_of(database: Database, model: Any) -> int:
    return int(database.read(lambda connection: connection.scalar(select(func.count()).select_from(model))) or 0)


def test_kill_9_in_the_middle_leaves_nothing(filled: Database, tmp_path: Path) -> None:
    """The child says when half of it is written, then waits for its end."""
    path = many(tmp_path, 12_000)
    program = f"""
import sys, time
from pathlib import Path
from partnertui.db.database import open_database
from partnertui.db.imports.rates import RatesImport
from partnertui.db.imports.run import CsvImport
from partnertui.domain.operators import Operator, Role

class Slow(RatesImport):
    stored = 0

    def store(self, unit, rows):
        super().store(unit, rows)
        Slow.stored += len(rows)
        if Slow.stored >= 6000:
            found = unit.session.connection().exec_driver_sql("SELECT count(*) FROM price_list_entries")
            print(found.scalar(), flush=True)
            time.sleep(100)

run = CsvImport(open_database({json.dumps(filled.url)}), Operator(1, "ann", "Ann", Role.SUPPORT, None),
                Path({json.dumps(str(path))}), Slow(1))
run.store(run.check(), "key")
"""
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert int(child.stdout.readline()) >= 6000
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    child.stdout.close()
    assert (count_of(filled, PriceListEntry), count_of(filled, History)) == (0, 0)
    run = made(filled, path)
    assert run.store(run.check(), new_key()) == 12_000


@pytest.mark.postgresql
def test_d2b_an_administrator_under_row_security_imports(postgres_database: Database, tmp_path: Path) -> None:
    staff(postgres_database)
    lists = [{"id": 1, "name": "L1", "kind": "calls", "currency": "EUR"}]
    postgres_database.write(lambda connection: connection.execute(insert(PriceList), lists))
    ordinary = open_database(make_login(postgres_database.url, BOB.login, BOB.role))
    try:
        run = made(ordinary, many(tmp_path, 5_000), operator=BOB)
        assert run.store(run.check(), new_key()) == 5_000
    finally:
        ordinary.close()
    assert count_of(postgres_database, History) == 5_000
