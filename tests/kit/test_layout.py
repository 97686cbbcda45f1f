"""Columns on the screen: always the first, as many others as fit, none beyond the edge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.declare.kinds import Identifier, Money, Text, Time
from partnertui.kit.declare.page import Column
from partnertui.kit.widgets.table.column_layout import GAP, arrange

COLUMNS = (
    Column("id", Identifier()),
    Column("company", Text(), width=30),
    Column("created_at", Time()),
    Column("credit", Money()),
    Column("contact"),
)


@given(
    st.integers(20, 250),
    st.integers(0, 9),
    st.dictionaries(st.sampled_from(["company", "contact"]), st.integers(1, 90)),
)
def test_fits_and_keeps_the_first(width: int, skip: int, needs: dict[str, int]) -> None:
    found = arrange(COLUMNS, width, skip=skip, needs=needs)
    assert found.slots[0].column.name == "id"
    assert found.slots[-1].end <= width
    assert len(found.slots) + found.left + found.right == len(COLUMNS)
    for first, second in zip(found.slots, found.slots[1:], strict=False):
        assert second.x == first.end + GAP


def test_scrolling_leaves_out_the_ones_after_the_first() -> None:
    found = arrange(COLUMNS, 60, skip=2)
    assert [slot.column.name for slot in found.slots[:2]] == ["id", "credit"]


def test_own_width_wins() -> None:
    found = arrange(COLUMNS, 120, widths={"company": 9})
    assert found.slots[1].width == 9
