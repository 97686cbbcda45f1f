"""What an export writes is read back as it was, whatever is in it; a file is whole or not there."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from partnertui.db.database import Database
from partnertui.db.errors import QueryCancelled
from partnertui.db.query_cancellation import Cancel
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.rows.select_source import TABLE
from partnertui.domain.errors import DomainError
from partnertui.kit.declare.kinds import Choice, Flag, Hundredths, Kind, Money, Number, Text, Time
from partnertui.kit.declare.kinds.times import Date
from partnertui.kit.declare.page import Column, Page
from partnertui.kit.views import output_file as file
from partnertui.kit.views.export.csv import cell
from partnertui.kit.views.export.plan import Item, Plan, items, make_plan, writer_of
from partnertui.kit.views.export.run import export_file
from partnertui.kit.views.export.xml import FORBIDDEN
from partnertui.kit.views.output_file import Exists, target, whole_file

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "docs" / "export.xsd"))
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NAMES = ("first", "second", "third")
HOSTILE = st.sampled_from(
    [
        "=1+1",
        "+44",
        "-",
        "@SUM(A1)",
        "'=x",
        "''+x",
        "\t=x",
        "\r\nx",
        "]]>",
        "&amp;",
        "<row/>",
        '"',
        ",",
        "\x00",
        "\x1b[2J",
        "\ufffe",
        "\u2028",
        "😀",
        " ",
        "+4420794600001",
        "-12.50",
        "NaN",
        "null",
        "\u202e",
    ]
)
TEXT = st.one_of(HOSTILE, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
VALUES = st.one_of(TEXT, st.none(), st.booleans(), st.integers(-(2**62), 2**62))
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)), max_size=6)


def plan(filter: str = "") -> Plan:
    """A plan of three columns that are read as they are."""
    columns = tuple(Item(name, name.upper(), "text", lambda row, name=name: row[name]) for name in NAMES)  # type: ignore[misc]
    return Plan("cdr", columns, Listing(lambda: None, Sort("id")), None, filter, 7, NOW)  # type: ignore[arg-type, return-value]


def written(form: str, rows: list[dict[str, Any]], filter: str = "") -> str:
    """What a format makes of rows."""
    out = io.StringIO(newline="")
    writer = writer_of(form)(out, plan(filter))
    writer.rows(rows[:2])
    writer.rows(rows[2:])
    writer.end()
    return out.getvalue()


def word(value: object) -> str:
    """A value as formats without types have it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def undefused(text: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    stripped = text.lstrip("'")
    return text[1:] if text.startswith("'") and stripped[:1] in set("=+-@\t\r\n") and stripped else text


@settings(deadline=None, max_examples=150)
@given(ROWS)
def test_csv_is_read_back(rows: list[dict[str, Any]]) -> None:
    text = written("csv", rows)
    assert text.startswith("first,second,third\r\n")
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    assert [[undefused(part) for part in line] for line in found] == [[word(row[n]) for n in NAMES] for row in rows]


@given(TEXT)
def test_no_cell_is_a_formula(text: str) -> None:
    shown = str(cell(text))
    if shown[:1] in tuple("=+-@\t\r\n"):
        assert shown[1:].replace(".", "", 1).isdigit(), "a sign stands before digits alone"


@settings(deadline=None, max_examples=150)
@given(ROWS)
def test_json_lines_are_read_back(rows: list[dict[str, Any]]) -> None:
    text = written("jsonl", rows)
    found = [json.loads(line) for line in text.split("\n")[:-1]]
    assert found == rows
    assert text.count("\n") == len(rows)


@settings(deadline=None, max_examples=150)
@given(ROWS, TEXT)
def test_xml_is_valid_and_read_back(rows: list[dict[str, Any]], filter: str) -> None:
    document = etree.fromstring(written("xml", rows, filter).encode())
    SCHEMA.assertValid(document)
    assert document.get("filter") == FORBIDDEN.sub("\ufffd", filter)
    assert (document.get("screen"), document.get("customer")) == ("cdr", "7")
    assert document.get("exported-at") == "2026-11-23T09:30:00Z"
    found = [{field.get("name"): field.text or "" for field in row} for row in document.iter("row")]
    assert found == [{n: FORBIDDEN.sub("\ufffd", word(v)) for n, v in row.items() if v is not None} for row in rows]


class Colour(StrEnum):
    """An enumeration with a blank in a word."""

    DARK_RED = "dark red"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Money(), 12_500_000, "12.50"),
        (Money(), -18_400, "-0.0184"),
        (Money(), None, None),
        (Hundredths(), 421, "4.21"),
        (Number(), "442079460000", "+442079460000"),
        (Number(), "201", "201"),
        (Time(), datetime(2026, 3, 2, 12, 30, 1, 5000, timezone(timedelta(hours=2))), "2026-03-02T10:30:01.005000Z"),
        (Date(), date(2026, 3, 2), "2026-03-02"),
        (Flag(), 1, True),
        (Flag(), False, False),
        (Flag(), None, None),
        (Choice(Colour), Colour.DARK_RED, "dark red"),
        (Text(), "a\nb", "a\nb"),
        (Text(), b"secret", None),
    ],
)
def test_values_are_for_machines(kind: Kind[Any], value: object, expected: object) -> None:
    found = kind.export_value(value)
    assert (found, type(found)) == (expected, type(expected))


def test_what_is_encrypted_or_secret_is_no_column() -> None:
    from sqlalchemy import select

    from partnertui.db.models import Chat, WebSession

    def rows() -> Any:
        return select(
            WebSession.id,
            WebSession.token_hash,
            WebSession.token_hash.label("token"),
            Chat.text_ciphertext,
            WebSession.user_name,
        )

    columns = tuple(Column(name) for name in ("id", "token_hash", "token", "text_ciphertext", "user_name"))
    assert [item.name for item in items(Page(rows=rows, columns=columns, sort="id"), adds_columns=False)] == [
        "id",
        "user_name",
    ]


# files


@pytest.fixture(params=["without a name", "beside"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of writing a file: file systems differ in what they can."""
    if request.param == "beside":
        monkeypatch.setattr(file, "OPEN_FILES", "/nowhere")
    return str(request.param)


@pytest.mark.parametrize("replace", [False, True])
def test_a_file_is_there_when_it_is_whole(tmp_path: Path, way: str, replace: bool) -> None:
    path = tmp_path / "calls.csv"
    if replace:
        path.write_text("old")
    with whole_file(path, replace=replace) as out:
        out.write("half")
        assert path.exists() is replace
        beside = [name for name in os.listdir(tmp_path) if name != "calls.csv"]
        assert len(beside) == (way == "beside")
        assert stat.S_IMODE(os.fstat(out.fileno()).st_mode) == 0o600
    assert path.read_text() == "half"
    assert os.listdir(tmp_path) == ["calls.csv"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("error", [QueryCancelled("x"), KeyboardInterrupt(), ValueError(), OSError(28, "No space")])
def test_whatever_happens_nothing_half_is_left(tmp_path: Path, way: str, error: BaseException) -> None:
    (tmp_path / "calls.csv").write_text("old")

    def fail() -> None:
        with whole_file(tmp_path / "calls.csv", replace=True) as out:
            out.write("new")
            raise error

    with pytest.raises((DomainError, type(error))):
        fail()
    assert os.listdir(tmp_path) == ["calls.csv"]
    assert (tmp_path / "calls.csv").read_text() == "old"


def test_a_file_that_comes_meanwhile_is_not_replaced(tmp_path: Path, way: str) -> None:
    path = tmp_path / "calls.csv"

    def late() -> None:
        with whole_file(path, replace=False) as out:
            out.write("mine")
            path.write_text("theirs")

    with pytest.raises(Exists, match="already exists"):
        late()
    assert path.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["calls.csv"]


def test_a_killed_program_leaves_nothing(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from partnertui.kit.views.output_file import whole_file\n"
        "with whole_file(Path(sys.argv[1]), replace=False) as out:\n"
        "    out.write('half' * 100000); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "calls.csv")], check=False, timeout=30)
    assert done.returncode == -9
    assert os.listdir(tmp_path) == []


def test_bad_places_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for path, words in (
        (tmp_path / "nowhere" / "a.csv", "There is no folder"),
        (tmp_path / "folder", "is a folder"),
        (tmp_path / ("x" * 300 + ".csv"), "too long"),
    ):
        with pytest.raises(DomainError, match=words) as found, whole_file(path, replace=False):
            pass
        assert found.value.field == "file"


def test_the_ending_follows_the_format() -> None:
    assert target("calls", "xml") == Path("calls.xml")
    assert target(" calls.csv ", "xml") == Path("calls.xml")
    assert target("calls.2026", "xml") == Path("calls.2026")
    assert target("~/calls", "csv") == Path.home() / "calls.csv"
    with pytest.raises(DomainError):
        target("a\0b", "csv")


# rows


def exported(database: Database, tmp_path: Path, cancel: Cancel, **more: Any) -> list[dict[str, Any]]:
    """All users, exported and read again."""
    from partnertui.screens.users.page import PAGE

    listing = Listing(PAGE.rows, Sort("name", descending=True))
    path = tmp_path / "users.jsonl"
    export_file(database, make_plan("users", PAGE, listing, source=TABLE), "jsonl", path, cancel, replace=True, **more)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_all_rows_in_order_page_by_page(
    demo_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partnertui.kit.views.export import plan as planning

    monkeypatch.setattr(planning, "PAGE_ROWS", 7)
    heard: list[tuple[int, int]] = []
    rows = exported(demo_database, tmp_path, Cancel(), tell=lambda done, total: heard.append((done, total)))
    names = [row["name"].lower() for row in rows]
    assert len({row["id"] for row in rows}) == len(rows) == heard[-1][0] == heard[-1][1] > 14
    assert heard[0] == (7, len(rows))
    assert [name for name in names if name.isascii()] == sorted((n for n in names if n.isascii()), reverse=True)


def test_cancelled_between_pages_leaves_nothing(
    demo_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partnertui.kit.views.export import plan as planning

    monkeypatch.setattr(planning, "PAGE_ROWS", 7)
    cancel = Cancel()
    with pytest.raises(QueryCancelled):
        exported(demo_database, tmp_path, cancel, tell=lambda done, total: cancel.cancel() if done > 7 else None)
    assert os.listdir(tmp_path) == []


def test_one_moment_is_exported(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that come while an export runs are not in it, on either database."""
    from sqlalchemy import Connection, insert

    from partnertui.db.models import PhoneModel
    from partnertui.kit.views.export import plan as planning

    def rows() -> Any:
        from sqlalchemy import select

        return select(PhoneModel.id, PhoneModel.make, PhoneModel.model)

    def add(connection: Connection) -> None:
        names = [str(number) for number in range(10)]
        connection.execute(insert(PhoneModel), [{"make": "Old", "model": name, "ouis": []} for name in names])

    monkeypatch.setattr(planning, "PAGE_ROWS", 3)
    database.write(add)
    page = Page(rows=rows, columns=(Column("id"), Column("make"), Column("model")), sort="id")
    plan = make_plan("phone-models", page, Listing(rows, Sort("id")), source=TABLE)
    added = list[object]()

    def tell(done: int, total: int) -> None:
        if not added:
            added.append(
                database.write(lambda c: c.execute(insert(PhoneModel), {"make": "New", "model": "one", "ouis": []}))
            )

    path = tmp_path / "models.csv"
    assert export_file(database, plan, "csv", path, Cancel(), replace=False, tell=tell) == 10
    assert "New" not in path.read_text()
