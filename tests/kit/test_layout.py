"""Columns on the screen: always the first, as many others as fit, none beyond the edge."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.declare.kinds import Identifier, Money, Text, Time
from partnertui.kit.declare.page import Column
from partnertui.kit.widgets.table.column_layout import GAP, arrange, by_priority

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


def test_low_priority_gives_way_first_and_keeps_the_order() -> None:
    columns = (
        Column("id", Identifier()),
        Column("company", Text(), width=30, priority=3),
        Column("created_at", Time()),
        Column("credit", Money(), priority=1),
        Column("contact"),
    )
    order = [column.name for column in by_priority(columns, 70)[0]]
    assert order == ["id", "created_at", "credit", "contact", "company"]
    assert by_priority(columns, 250) == (columns, len(columns))


@given(st.integers(20, 250), st.dictionaries(st.sampled_from(["company", "contact", "credit"]), st.integers(0, 90)))
def test_all_columns_chosen_by_priority_are_placed(width: int, needs: dict[str, int]) -> None:
    columns = tuple(replace(column, priority=1 + len(column.name) % 3) for column in COLUMNS)
    ordered, fitting = by_priority(columns, width, needs=needs)
    assert sorted(column.name for column in ordered) == sorted(column.name for column in columns)
    found = arrange(ordered, width, fitting=fitting, needs=needs)
    assert len(found.slots) == fitting
    assert found.slots[-1].end <= width or len(found.slots) == 1
