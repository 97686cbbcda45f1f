"""CSV files in any dialect: what was written is read, and what isn't CSV is refused at its line."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnertui.domain.csv_files.amounts import read_amount
from partnertui.domain.csv_files.dialect import find_dialect
from partnertui.domain.csv_files.headings import CsvColumn, match_header
from partnertui.domain.csv_files.records import Record, open_records
from partnertui.domain.errors import DomainError

HEADER = ["Prefix", "Name", "Per minute"]
LATIN = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters=[chr(at) for at in range(0x7F, 0xA0)])
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")


def cells(characters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    """Rows of three cells with quotes, delimiters and line breaks; the first is never empty."""
    special = st.sampled_from(['"', ";", ",", "\t", "|", "\n", "\r\n", " "])
    cell = st.lists(st.one_of(characters, special), max_size=12).map("".join)
    first = st.text(st.characters(min_codepoint=48, max_codepoint=57), min_size=1, max_size=6)
    return st.lists(st.tuples(first, cell, cell).map(list), min_size=1, max_size=8)


def quoted(cell: str, delimiter: str, quoting: int) -> str:
    """A cell as programs write it; the csv module's own writer leaves line feeds bare where lines end in CR."""
    is_special = any(sign in cell for sign in (delimiter, '"', "\r", "\n"))
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if is_special or quoting == csv.QUOTE_ALL else cell


def written(rows: list[list[str]], delimiter: str, end: str, encoding: str, quoting: int) -> list[Record]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            for row in [HEADER, *rows]:
                file.write(delimiter.join(quoted(cell, delimiter, quoting) for cell in row) + end)
        dialect = find_dialect(path, HEADER)
        assert dialect.delimiter == delimiter
        with open_records(path, dialect) as (records, _):
            return list(records)


DIALECTS = (
    st.sampled_from([";", ",", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)


@settings(max_examples=150, deadline=None)
@given(cells(ANY), *DIALECTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_table_is_read_as_it_was_written(
    rows: list[list[str]], delimiter: str, end: str, quoting: int, encoding: str
) -> None:
    found = written(rows, delimiter, end, encoding, quoting)
    assert [record.cells for record in found] == [HEADER, *rows]
    assert not any(record.problem for record in found)


@settings(max_examples=80, deadline=None)
@given(cells(LATIN), *DIALECTS)
def test_tables_of_old_programs_are_read(rows: list[list[str]], delimiter: str, end: str, quoting: int) -> None:
    rows = [*rows, ["1", "Zürich", "ß"]]  # otherwise it is plain ASCII
    found = written(rows, delimiter, end, "latin-1", quoting)
    assert [record.cells for record in found] == [HEADER, *rows]


@settings(max_examples=80, deadline=None)
@given(cells(ANY), st.sampled_from(["\n", "\r\n"]))
def test_a_record_has_the_number_of_its_first_line(rows: list[list[str]], end: str) -> None:
    found = written(rows, ";", end, "utf-8", csv.QUOTE_MINIMAL)
    line = 1
    for record in found:
        assert record.line == line
        text = "".join(record.cells).replace("\r\n", "\n").replace("\r", "\n")
        line += 1 + text.count("\n")


def made(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a;b\n1;2\n", "UTF-8, columns separated by semicolons"),
        ("a,b\n1,ü\n".encode(), "UTF-8, columns separated by commas"),
        (b"\xef\xbb\xbfa\tb\r\n1\t2\r\n", "UTF-8 with a byte-order mark, columns separated by tabs"),
        ("a|b\n1|ü\n".encode("latin-1"), "Latin-1, columns separated by vertical bars"),
        ("a;b\n1;5 €\n".encode("cp1252"), "Windows-1252, columns separated by semicolons"),
        (b"sep=|\na|b;c\n1|2;3\n", "UTF-8, columns separated by vertical bars"),
        ("a;b\n1;2\n".encode("utf-16"), "UTF-16, columns separated by semicolons"),
    ],
)
def test_the_dialect_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    assert find_dialect(made(tmp_path, content)).words() == words


def test_decimal_commas_dont_make_it_a_comma_file(tmp_path: Path) -> None:
    path = made(tmp_path, b"Prefix;Rate;Step\n49;0,01;60\n4930;0,02;60\n")
    assert find_dialect(path, ("Prefix", "Rate")).delimiter == ";"


@pytest.mark.parametrize("content", [b"PK\x03\x04rest", b"a;b\n\0;1\n", b"\xff\xfea"])
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DomainError):
        find_dialect(made(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b'a;b\n1;"x"y\n2;3\n', 2, "Text follows a closing quotation mark"),
        (b'a;b\n1;2\n3;"open\n', 3, "opened but never closed"),
        (b'a;b\n"1\n1";2\n4;"x"y\n', 4, "Text follows"),
    ],
)
def test_bad_quotes_are_told_at_their_line(tmp_path: Path, content: bytes, line: int, words: str) -> None:
    path = made(tmp_path, content)
    with open_records(path, find_dialect(path)) as (records, _):
        problem = next(record for record in records if record.problem)
    assert problem.line == line
    assert words in problem.problem


def test_a_quote_that_is_never_closed_doesnt_read_the_whole_file(tmp_path: Path) -> None:
    path = made(tmp_path, b'a;b\n1;"x\n' + b"2;3\n" * 200_000)
    with open_records(path, find_dialect(path)) as (records, _):
        found = list(records)
    assert found[1].line == 2
    assert "never closed" in found[1].problem
    assert found[-1].cells == ["2", "3"]


COLUMNS = (CsvColumn("prefix", "Prefix", ("dial code",), True), CsvColumn("name", "Name", (), True))


def test_headings_are_matched_without_case_and_blanks() -> None:
    header = match_header([" DIAL-Code ", "x", "name"], COLUMNS)
    assert header.places == {"prefix": 0, "name": 2}
    assert header.unknown == ("x",)


@pytest.mark.parametrize(
    ("cells", "words"),
    [(["Prefix"], "no column Name"), (["Prefix", "dial code", "Name"], "Two columns match")],
)
def test_headings_that_are_missing_or_there_twice(cells: list[str], words: str) -> None:
    with pytest.raises(DomainError, match=words):
        match_header(cells, COLUMNS)


@pytest.mark.parametrize(
    ("typed", "mark", "micro"),
    [
        ("0,0123", "", 12_300),
        ("0.0123", "", 12_300),
        ("0,012", "", 12_000),
        ("1.234,50", "", 1_234_500_000),
        ("1,234.5", "", 1_234_500_000),
        ("1,234,567", "", 1_234_567_000_000),
        ("1,234", ",", 1_234_000),
        ("1,234", ".", 1_234_000_000),
        ("1'234.50", "", 1_234_500_000),
        ("12", "", 12_000_000),
        ("-0,5", "", -500_000),
        (",5", "", 500_000),
        ("1,2345", "", 1_234_500),
    ],
)
def test_amounts(typed: str, mark: str, micro: int) -> None:
    assert read_amount(typed, mark) == micro


@pytest.mark.parametrize(
    "typed", ["1,234", "12.345", "999,000", "", "x", "1e3", "١", "1.2.3", "1,23.4,5", "0,1234567", "NaN", "0,123.5"]
)
def test_amounts_that_are_ambiguous_or_none(typed: str) -> None:
    with pytest.raises(DomainError):
        read_amount(typed)


@given(st.integers(0, 9_000_000_000_000_000), st.sampled_from([".", ","]))
def test_every_amount_round_trips_with_either_mark(micro: int, mark: str) -> None:
    whole, part = divmod(micro, 1_000_000)
    assert read_amount(f"{whole}{mark}{part:06}", mark) == micro
    assert read_amount(f"{whole}{mark}{part:06}") == micro
