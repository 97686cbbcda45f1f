"""Numbers that are alike: what a search through a capture may leave out without losing a leg."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.calls.guessed_legs import number_suffix, same_number

USER = st.text("+0123456789", max_size=16) | st.sampled_from(["anonymous", "alice", "Alice", ""])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("+441632960123", "01632960123", True),
        ("00441632960123", "441632960123", True),
        ("1001", "1001", True),
        ("1001", "11001", False),
        ("", "", False),
        ("anonymous", "anonymous", False),
        ("alice", "alice", True),
    ],
)
def test_prefixes_may_differ(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same
    assert same_number(other, one) is same


@given(USER, USER)
def test_who_is_alike_has_the_tail(one: str, other: str) -> None:
    if same_number(one, other):
        assert number_suffix(one)
        assert number_suffix(one) in other
