"""The table's window: wherever keys and pages lead, the cursor is on a row and in view."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.widgets.table.row_window import LARGEST, Window

TOTAL = 3000
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-40, 40)),
        st.tuples(st.just("page"), st.sampled_from([-1, 1])),
        st.tuples(st.just("scroll"), st.integers(-9, 9)),
        st.tuples(st.just("load"), st.sampled_from([-1, 1])),
    ),
    max_size=80,
)


def rows(first: int, last: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(max(0, first), min(TOTAL, last))]


def load(window: Window, direction: int, height: int = 60) -> None:
    """What the feed does when the table asks for rows at one end, which it does near that end only."""
    if direction > 0 and window.more_after and window.top + height + 60 >= len(window.rows):
        start = window.rows[-1]["id"] + 1
        window.append(rows(start, start + 120), start + 120 < TOTAL)
    elif direction < 0 and window.more_before and window.top < 60:
        end = window.rows[0]["id"]
        window.prepend(rows(end - 120, end), end - 120 > 0)


@given(STEPS, st.integers(3, 60))
def test_cursor_is_on_a_row_and_in_view(steps: list[tuple[str, int]], height: int) -> None:
    window = Window()
    window.fill(rows(0, 120), before=False, after=True, first=0)
    for what, amount in steps:
        if what == "load":
            load(window, amount, height)
        elif what == "page":
            window.page(amount, height)
        else:
            getattr(window, what)(amount, height)
        assert window.row is not None
        assert window.top <= window.cursor < window.top + height
        assert window.number in {None, window.row["id"] + 1}
        ids = [row["id"] for row in window.rows]
        assert ids == list(range(ids[0], ids[0] + len(ids)))
        assert len(ids) <= LARGEST + 240


def test_scrolls_by_half_a_page_at_the_edge() -> None:
    window = Window()
    window.fill(rows(0, 120), before=False, after=True, first=0)
    window.move(19, 20)
    assert window.top == 0
    window.move(1, 20)
    assert (window.top, window.cursor) == (10, 20)


def test_new_rows_above_leave_the_cursor_where_it_was() -> None:
    window = Window()
    window.fill(rows(10, 60), before=False, after=True, first=0)
    window.move(5, 20)
    window.refreshed(rows(5, 60), before=False, after=True)
    assert window.row == {"id": 15}
    assert window.number == 11


def test_marks_outlive_paging() -> None:
    window = Window()
    window.fill(rows(0, 120), before=False, after=True, first=0)
    window.toggle()
    for _ in range(10):
        window.move(100, 20)
        load(window, 1)
    assert [row["id"] for row in window.chosen()] == [0]


def test_deleted_row_gives_its_place_to_the_next() -> None:
    window = Window()
    window.fill(rows(0, 50), before=False, after=False, first=0)
    window.move(7, 20)
    window.refreshed([row for row in rows(0, 50) if row["id"] != 7], before=False, after=False)
    assert window.row == {"id": 8}
