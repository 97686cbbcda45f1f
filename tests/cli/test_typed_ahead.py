"""Keys that arrive together, in a real pty: what opens something takes the keys after it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.terminal import Terminal

from partnertui.demo import build

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
PASTE = "\x1b[200~{}\x1b[201~"


@pytest.fixture
def early(tmp_path: Path) -> Iterator[Terminal]:
    """The program in the moment of its start."""
    build(f"sqlite:///{tmp_path / 'partnertui.db'}", customers=12, cdrs=200, seed=7, now=NOW)
    terminal = Terminal([sys.executable, "-m", "partnertui", "--dir", str(tmp_path), "--operator", "ann"])
    yield terminal
    terminal.close()


@pytest.fixture
def opened(early: Terminal) -> Terminal:
    """The program with its list of customers read."""
    early.wait("1 of 12")
    return early


def company(terminal: Terminal) -> str:
    """The first customer's name, from the list."""
    heading = next(index for index, line in enumerate(terminal.lines) if "Company" in line)
    line = terminal.lines[heading]
    start = line.index("Company")
    return terminal.lines[heading + 1][start : start + 24].split("  ")[0]


def test_a_filter_takes_the_letters_of_its_packet(opened: Terminal) -> None:
    word = company(opened).split()[0].lower()
    opened.write(f"/{word}")
    opened.wait("Enter apply, Esc cancel")
    opened.wait(f" {word} ")
    opened.wait("Customers", "1 of 1")


def test_keys_of_the_first_second_are_for_the_first_screen(early: Terminal) -> None:
    early.write("/zzzz\r")
    early.wait("zzzz")
    early.wait("No rows match zzzz")


def test_enter_in_a_search_waits_for_its_hits(opened: Terminal) -> None:
    name = company(opened)
    opened.write(f"\x06{name}\r")
    opened.wait("Customers", "› ", name)


def test_pasted_text_filters_and_runs_no_command(opened: Terminal) -> None:
    word = company(opened).split()[0].lower()
    opened.write(PASTE.format(word) + "\r")
    opened.wait("Customers", "1 of 1")
    opened.write("/" + PASTE.format("qqx") + "\r")
    opened.wait(f"{word} qqx")


def test_after_tab_letters_are_for_the_next_field(opened: Terminal) -> None:
    opened.write("e" + "\x15ABC\t\x15DEF")
    first, second = opened.wait("Company", "ABC"), opened.wait("DEF")
    assert "DEF" not in first
    assert "ABC" not in second


def test_a_pasted_log_with_colours_runs_nothing(opened: Terminal) -> None:
    opened.write(":support\rR")
    opened.wait("Reply to")
    opened.write("Text ")
    opened.write(PASTE.format("\x1b[31mRed\x1b[0m \x1b]52;c;aGk=\x07 \x1b\x07r end"))
    line = opened.wait("Text", " end")
    assert "Text ·[31mRed·[0m" in line
    assert not any("Attach" in one for one in opened.lines)


def test_a_paste_that_is_cut_is_told(opened: Terminal) -> None:
    opened.write(":support\rR")
    opened.wait("Reply to")
    opened.send(PASTE.format("0123456789 " * 300))
    opened.settle()
    assert not any("Only the first" in line for line in opened.lines)
    opened.send("\x1b[200~")
    for _ in range(40):  # a pty takes some kilobytes at a time
        opened.send("0123456789 " * 300)
        opened.feed(0.01)
    opened.send("\x1b[201~")
    opened.wait("Only the first 100,000 characters were pasted.")
