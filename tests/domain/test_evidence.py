"""Masking of evidence: no number, address or user stays whole, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.domain.evidence import masked_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+44 20 7183 8750", "+44 20 xxxx xxxx"),
        ("442071838750", "4420xxxxxxxx"),
        ("sip:1001@lab.test;transport=tls", "sip:xxxx@lab.test;transport=tls"),
        ("eve.miller+x@example.com", "xxxx@example.com"),
        ("198.51.100.130:5060", "198.51.x.x:5060"),
        ("2001:db8:f::10", "2001:db8:x"),
        ("2a00::1234", "2a00:x"),
        ("via fe80::1, [2a00::]:5060", "via fe80:x, [2a00:x]:5060"),
        ("10:30:15", "10:30:15"),
        ("answered, 12 s", "answered, 12 s"),
        ("2026-11-30 10:31", "2026-11-30 10:31"),
        ("£12.50", "£12.50"),
    ],
)
def test_what_is_hidden_and_what_stays(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@given(st.from_regex(r"\+?[1-9][0-9]{7,14}", fullmatch=True))
def test_no_number_stays_whole(number: str) -> None:
    assert number not in masked_text(f"from {number} to {number}")
    assert len(masked_text(number)) == len(number)


@given(st.ip_addresses(v=4).map(str))
def test_no_address_stays_whole(address: str) -> None:
    assert address not in masked_text(f"at {address}:5060, {address}")
