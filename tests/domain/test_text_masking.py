"""What the screen-share lens masks in a line, and what it leaves."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.text_masking import Lens

NAMES = ("Northern Lights Software LLC", "Ann Whitfield", "Diego Park", "Müller GmbH", "Al", "42")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ann Whitfield (support)", "name 1 (support)"),
        ("ann  whitfield", "ann  whitfield"),
        ("ANN WHITFIELD wrote", "name 1 wrote"),
        ("Joann Whitfields", "Joann Whitfields"),
        ("Northern Lig…  active", "name 1  active"),
        ("Nor~", "name 1"),
        ("sip:204@acme.example:5060;user=phone", "address 1;user=phone"),
        ("Mail ann.w@example.net, or call", "Mail address 1, or call"),
        ("martina.vogel@exam…", "address 1"),
        ("+44 20 7946 0123 or 020 7946 0124", "number 1 or number 2"),
        ("+1 (617) 555-0164", "number 1"),
        ("+44…  12…", "number 1  12…"),
        ("192.0.2.1:5060", "IP 1:5060"),
        ("192.0.2.…", "IP 1"),
        ("[2001:db8::1]:5060 ::ffff:192.0.2.1", "[IP 1]:5060 IP 2"),
        ("00:15:65:aa:bb:cc 00-15-65-AA-BB-CD", "MAC 1 MAC 2"),
        ("2026-03-02 10:30:11 +442079460123", "2026-03-02 10:30:11 number 1"),
    ],
)
def test_masks(text: str, shown: str) -> None:
    assert Lens(NAMES).text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "US$20.73 1,234,567.89 € 0.012345",
        "T-10022 INV-2026-000001 #1000123",
        "2026-03-02 10:30 up to 2026-03-03T11:30:12",
        "ext 204, 42 calls, 100 %, 3d 5h",
        "Version 1.2.3, RFC 3261, SIP/2.0 200 OK",
        "Al and all: short names are words, too",
    ],
)
def test_leaves(text: str) -> None:
    assert Lens(NAMES).text(text) == text


def test_the_same_thing_has_one_mask_however_it_is_written() -> None:
    lens = Lens(NAMES)
    spellings = ("+44 20 7946 0123", "442079460123", "0044 20 7946 0123")
    assert {lens.text(one) for one in spellings} == {"number 1"}
    assert {lens.text(one) for one in ("Diego Park", "DIEGO PARK", "Diego Pa…")} == {"name 1"}
    lens.add(["Nora New"])
    assert lens.text("Nora New met Diego Park") == "name 2 met name 1"


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_nothing_moves_in_a_line(text: str) -> None:
    assert len(Lens(NAMES).line(text)) == len(text)


def test_a_line_of_digits_or_dots_takes_no_time() -> None:
    lens = Lens(NAMES)
    for text in ("1" * 5000, "1.2." * 1500, "a@" * 2000, ":a" * 2500, "+1 " * 2000, "…a" * 2500):
        began = time.perf_counter()
        lens.line(text)
        assert time.perf_counter() - began < 1.0, text[:4]


def test_300_000_names_are_known_at_once() -> None:
    began = time.perf_counter()
    lens = Lens([f"Customer {number} Ltd" for number in range(300_000)])
    made = time.perf_counter() - began
    began = time.perf_counter()
    lens.line("   1  Customer 17 Ltd        active    Customer 299…  +442079460123  192.0.2.1" * 2)
    line = time.perf_counter() - began
    print(f"{made:.2f} s to know them, {1000 * line:.1f} ms for a line")
    assert line < 0.2


@pytest.mark.parametrize("name", ["Käthe Weiß", "STRAẞE & Söhne", "İpek Işık", "Łódź ﬁnance", "ΟΔΥΣΣΕΥΣ"])
@pytest.mark.parametrize("change", [str, str.upper, str.lower])
def test_names_whose_letters_change_their_number_with_case(name: str, change: Callable[[str], str]) -> None:
    """`ß` is `SS` in capitals: at least as it is written it is masked, and nothing beside it moves."""
    lens = Lens([name])
    shown = f"  12  {name}  active"
    assert name not in lens.line(shown)
    assert lens.line(shown).endswith("  active")
    assert len(lens.line(shown)) == len(shown)
    assert isinstance(lens.line(change(shown)), str)
