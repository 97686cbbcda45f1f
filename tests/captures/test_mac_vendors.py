"""Makers by MAC, from the list that comes with tshark."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from partnertui.captures import mac_vendors
from partnertui.captures.mac_vendors import MakerList, maker_list, read_list

LIST = b"""\
# a comment
00:04:13\tsnomtech\tsnom technology GmbH
70:B3:D5\tIEEERegi\tIEEE Registration Authority
70:B3:D5:00:10:00/36\tSmall\tSmall Maker Ltd
C4:FF:BC:10:00:00/28\tVisatech\tVisatech C0., Ltd.
01:00:0C:CC:CC:CC\tCDP/VTP/DTP/PAgP/UDLD
00-00-0C-07-AC-00/40\tAll-HSRP-routers
not a line
""".splitlines()


@pytest.mark.parametrize(
    ("mac", "words"),
    [
        ("000413123456", "snom technology GmbH"),
        ("70b3d5001fff", "Small Maker Ltd (36-bit block)"),
        ("70b3d5002000", "not known: tshark's list has no vendor for this address"),
        ("c4ffbc1fffff", "Visatech C0., Ltd. (28-bit block)"),
        ("c4ffbc200000", "not known: tshark's list has no vendor for this address"),
        ("020413123456", "none: a locally administered address"),
        ("00000c07ac01", "not known: tshark's list has no vendor for this address"),
    ],
)
def test_the_smallest_block_counts(mac: str, words: str) -> None:
    found = read_list(LIST).maker(mac)
    assert found.words == words
    assert bool(found.name) == (not words.startswith("no"))


def test_columns_with_blanks_are_read_too() -> None:
    found = read_list([b"00:00:00             \t00:00:00\tOfficially Xerox  ", b"C4FFBC1/28 x", b"00:04:13 snom"])
    assert found.maker("000000000001").name == "Officially Xerox"
    assert found.maker("000413000001").name == "snom"


@pytest.fixture
def unread() -> None:
    maker_list.cache_clear()


def test_without_tshark_it_is_said_why(unread: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    found = maker_list()
    assert found.maker("000413123456").words == "not known: tshark isn't installed, so there is no vendor list"
    assert found.maker("020413123456").words.startswith("none: a locally administered")
    maker_list.cache_clear()


def fake_tshark(folder: Path, script: str) -> str:
    program = folder / "tshark"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ('[ "$2" = manuf ] && printf "00:04:13\\tsnom\\tsnom technology GmbH\\n"', "snom technology GmbH"),
        ("exit 1", "not known: tshark's vendor list can't be read"),
    ],
)
def test_a_list_inside_the_program_is_asked_for(
    script: str, words: str, unread: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = fake_tshark(tmp_path, script)
    monkeypatch.setattr(shutil, "which", lambda name, path: program)
    assert maker_list().maker("000413123456").words == words
    maker_list.cache_clear()


@pytest.mark.tshark
def test_the_list_of_this_hosts_tshark_is_read_once(unread: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found = maker_list()
    assert not found.missing
    assert all(len(found.prefixes[bits]) > 1000 for bits in (24, 28, 36))
    assert "snom" in found.maker("000413123456").name.lower()
    assert "yealink" in found.maker("805ec0123456").name.lower()
    monkeypatch.setattr(mac_vendors, "read_list", lambda lines: MakerList())
    assert maker_list() is found
