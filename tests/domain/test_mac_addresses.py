"""MAC addresses: every usual notation, nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.errors import DomainError
from partnertui.domain.mac_addresses import address_problem, format_mac, is_local, mismatch, read_mac

MACS = st.integers(0, 2**48 - 1).map(lambda number: f"{number:012x}")


def grouped(mac: str, size: int, sign: str) -> str:
    return sign.join(mac[at : at + size] for at in range(0, 12, size))


def test_blanks_around_a_mac_are_nothing() -> None:
    assert format_mac(read_mac("  000413123456 ")) == "00:04:13:12:34:56"  # C5b


@given(MACS, st.sampled_from([2, 3, 4, 6, 12]), st.sampled_from([":", "-", ".", " ", "\u2013"]), st.booleans())
def test_every_usual_notation_is_read(mac: str, size: int, sign: str, upper: bool) -> None:
    typed = grouped(mac, size, sign)
    assert read_mac(f"\t{typed.upper() if upper else typed}\u00a0") == mac


@given(MACS, st.integers(0, 11))
def test_a_digit_too_few_or_too_many_is_refused(mac: str, at: int) -> None:
    for typed in (mac[:at] + mac[at + 1 :], mac + mac[at], grouped(mac, 2, ":")[:-1], f"{grouped(mac, 2, ':')}:"):
        with pytest.raises(DomainError, match="isn't a valid MAC address"):
            read_mac(typed)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    with suppress(DomainError):
        assert len(read_mac(typed)) == 12


@pytest.mark.parametrize(
    "typed",
    [
        "0:4:13:12:34:56",
        "00:04-13:12-34:56",
        "00041312345",
        "0x000413123456",
        "００0413123456",
        "00:04:13:12:34:5g",
        "",
    ],
)
def test_what_libraries_guess_at_is_refused(typed: str) -> None:
    with pytest.raises(DomainError):
        read_mac(typed)


@given(MACS)
def test_multicast_and_local_are_bits_of_the_first_octet(mac: str) -> None:
    first = int(mac[:2], 16)
    assert ("multicast" in address_problem(mac)) == bool(first & 1)
    assert is_local(mac) == bool(first & 2)


def test_all_zeros_is_nobodys() -> None:
    assert "all zeros" in address_problem("0" * 12)


SNOM = ("000413",)


@pytest.mark.parametrize(
    ("mac", "make", "maker", "words"),
    [
        ("000413123456", "Snom", "snom technology GmbH", ""),
        (
            "000413123456",
            "Yealink",
            "snom technology GmbH",
            "This MAC address belongs to snom technology GmbH, not Yealink",
        ),
        ("805ec0123456", "Yealink", "Yealink(Xiamen) Network Technology Co.,Ltd.", ""),  # not in our own list
        ("020413123456", "Yealink", "", ""),  # local: nobody's, so no doubt
        ("70b3d5000123", "Yealink", "", "Yealink isn't known to use 70:b3:d5"),
    ],
)
def test_a_make_that_does_not_fit_is_doubted(mac: str, make: str, maker: str, words: str) -> None:
    ouis = SNOM if make == "Snom" else ("001565",)
    found = mismatch(mac, make, ouis, maker)
    assert words in found if words else found == ""


def test_without_anything_known_nothing_is_doubted() -> None:
    assert mismatch("70b3d5000123", "Yealink", (), "") == ""
