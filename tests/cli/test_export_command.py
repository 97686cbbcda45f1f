"""`partnertui export`: every screen in every format, and its sentences."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from partnertui import screens
from partnertui.cli import main
from partnertui.db.database import Database
from partnertui.domain.plurals import plural

IDS = tuple(screens.find().screens)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "docs" / "export.xsd"))
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(demo_database: Database, tmp_path: Path) -> Path:
    """A folder with demo data."""
    source = demo_database.url.removeprefix("sqlite:///")
    with demo_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(source, tmp_path / "partnertui.db")
    return tmp_path


def run(home: Path, *words: str, operator: str = "admin") -> int:
    """Runs the command."""
    return main(["--dir", str(home), "--operator", operator, "export", *words])


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of an export, as text; what has no value is empty."""
    text = path.read_bytes().decode()
    match path.suffix:
        case ".csv":
            return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        case ".jsonl":
            return [{name: plain(value) for name, value in json.loads(line).items()} for line in text.split("\n")[:-1]]
    document = etree.fromstring(text.encode())
    SCHEMA.assertValid(document)
    names = [column.get("name") for column in document.iter("column")]
    found = ({field.get("name"): field.text or "" for field in row} for row in document.iter("row"))
    return [{name: row.get(name, "") for name in names} for row in found]


def plain(value: object) -> str:
    """A JSON value as CSV has it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("screen", IDS)
def test_every_screen_in_three_formats(screen: str, home: Path, capsys: Captured) -> None:
    operator = admin(home)
    if screen == "archived-calls":
        (home / "settings.toml").write_text(f'[archive]\nfolder = "{home}/archive"\n')
        assert main(["--dir", str(home), "archive"]) == 0
        capsys.readouterr()
    found = {}
    for form in ("csv", "xml", "jsonl"):
        path = home / f"out.{form}"
        assert run(home, screen, "-o", str(path), operator=operator) == 0, capsys.readouterr().err
        found[form] = read(path)
        assert f"{plural(len(found[form]), 'row')} in {path}." in capsys.readouterr().err
    assert found["jsonl"] == found["xml"]
    assert [{name: undefused(value) for name, value in row.items()} for row in found["csv"]] == found["jsonl"]
    if found["csv"] and "id" in found["csv"][0]:
        assert len({row["id"] for row in found["csv"]}) == len(found["csv"])


def undefused(text: str) -> str:
    """A cell without the apostrophe before a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in set("=+-@") else text


def admin(home: Path) -> str:
    """The login of somebody who sees every screen."""
    import sqlite3

    with sqlite3.connect(home / "partnertui.db") as connection:
        return str(connection.execute("SELECT login FROM operators WHERE role = 'admin' AND enabled").fetchone()[0])


def test_filter_sort_tab_and_customer(home: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    words = ("--filter", "duration>60 disposition:answered", "--sort=-duration", "--tab", "dialled")
    assert run(home, "cdr", *words, "--format", "jsonl", operator=admin(home)) == 0
    rows = [json.loads(line) for line in capsysbinary.readouterr().out.decode().splitlines()]
    assert rows
    assert {row["disposition"] for row in rows} == {"answered"}
    lengths = [row["duration"] for row in rows]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] > 60
    customer = rows[0]["customer_id"]
    assert run(home, "cdr", *words, "--customer", str(customer), "--format", "jsonl", operator=admin(home)) == 0
    narrowed = [json.loads(line) for line in capsysbinary.readouterr().out.decode().splitlines()]
    assert narrowed == [row for row in rows if row["customer_id"] == customer]


def test_the_head_of_the_xml_says_what_it_is(home: Path) -> None:
    assert run(home, "cdr", "--filter", 'duration>60 "<&>"', "-o", str(home / "a.xml"), operator=admin(home)) == 0
    root = etree.parse(home / "a.xml").getroot()
    assert (root.get("screen"), root.get("filter"), root.get("customer")) == ("cdr", 'duration>60 "<&>"', None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nosuch",), "There is no screen “nosuch”.\nAvailable screens: customers"),
        (("cdr", "--filter", "durtion:5"), "The filter isn't valid: “durtion” isn't a column here; did you mean"),
        (("customers", "--filter", "ann durtion:5"), "\n  ann durtion:5\n      ^^^^^^^^\n"),
        (("cdr", "--sort", "nosuch"), "This screen can't be sorted by “nosuch”."),
        (("cdr", "--tab", "nosuch"), "There is no tab “nosuch”.\nAvailable tabs: All, Dialled"),
        (("cdr", "--customer", "999999"), "There is no customer 999999."),
        (("cdr", "-o", "/nowhere/a.csv"), "There is no folder /nowhere."),
        (("cdr", "-o", "/"), "/ is a folder."),
    ],
)
def test_mistakes_are_sentences(words: tuple[str, ...], sentence: str, home: Path, capsys: Captured) -> None:
    assert run(home, *words, operator=admin(home)) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert sentence in shown.err


def test_an_unknown_format_is_wrong_use(home: Path, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        run(home, "cdr", "--format", "xlsx")
    assert ended.value.code == 2


def test_an_existing_file_is_kept(home: Path, capsys: Captured) -> None:
    path = home / "a.csv"
    path.write_text("precious")
    assert run(home, "users", "-o", str(path), operator=admin(home)) == 1
    assert f"{path} already exists.\nOverwrite it with --replace" in capsys.readouterr().err
    assert path.read_text() == "precious"
    assert run(home, "users", "-o", str(path), "--replace", operator=admin(home)) == 0
    assert path.read_text() != "precious"


def test_a_full_disk_leaves_nothing(home: Path) -> None:
    """The system's limit of a file's size stands for the disk's end."""
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000));"
        "from partnertui.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["--dir", str(home), "--operator", admin(home), "export", "cdr", "-o", str(home / "a.xml")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "The file is too large for this file system, so " in done.stderr
    assert not [name for name in os.listdir(home) if name.endswith((".xml", ".part"))]


def test_a_reader_that_goes_ends_it_quietly(home: Path) -> None:
    words = f"{sys.executable} -m partnertui --dir {home} --operator {admin(home)} export cdr | head -1"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.startswith("started_at,")
    assert "Traceback" not in done.stderr
