"""A value put into the filter line as it is: it is read back whole, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.declare.query import literal, split


@pytest.mark.parametrize("value", ['5" desk phone', "a, b", "10:30", "1..5", "x*", "back\\slash", "plain"])
def test_it_is_one_term_with_that_value(value: str) -> None:
    (term,) = split(f"name:{literal(value)}")
    assert (term.column, term.op, term.value) == ("name", ":", value)


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1))
def test_any_text_is_read_back(value: str) -> None:
    (term,) = split(f"name:{literal(value)}")
    assert term.value == value
