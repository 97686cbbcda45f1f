"""The one cursor-and-scroll rule of all lists of lines, below any widget."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnertui.kit.declare.styled_line import BLANK, Line
from partnertui.kit.declare.view_location import Location
from partnertui.kit.widgets.line_view import LinesViewport
from partnertui.kit.widgets.viewport import Viewport

HEIGHT = 10


class Numbers(Viewport):
    """Some lines; the cursor can't stop on those in `blank`."""

    def __init__(self, size: int, blank: frozenset[int] = frozenset()) -> None:
        self.size, self.blank = size, blank

    def count(self) -> int:
        return self.size

    def selectable(self, index: int) -> bool:
        return index not in self.blank


def test_a_step_inside_the_view_does_not_scroll() -> None:
    viewport = Numbers(100)
    assert not viewport.move(1, HEIGHT)
    assert (viewport.cursor, viewport.top) == (1, 0)


def test_leaving_the_view_scrolls_by_half_a_page() -> None:
    viewport = Numbers(100)
    assert viewport.move(HEIGHT, HEIGHT)
    assert (viewport.cursor, viewport.top) == (10, 5)
    for _ in range(4):
        assert not viewport.move(1, HEIGHT), "no repaint of the whole view for the next steps"
    viewport.cursor = viewport.top
    assert viewport.move(-1, HEIGHT)
    assert (viewport.cursor, viewport.top) == (4, 0)


def test_the_cursor_steps_over_lines_it_cannot_stop_on() -> None:
    viewport = Numbers(6, frozenset({1, 2, 5}))
    viewport.move(1, HEIGHT)
    assert viewport.cursor == 3
    viewport.move(5, HEIGHT)
    assert viewport.cursor == 4, "no line to stop on after it"
    viewport.move(-2, HEIGHT)
    assert viewport.cursor == 0


def test_after_the_lines_changed_the_nearest_line_is_taken() -> None:
    viewport = Numbers(20, frozenset({4, 5}))
    viewport.cursor = 4
    viewport.settle(HEIGHT)
    assert viewport.cursor == 6, "a later one first"
    viewport.size, viewport.cursor = 6, 19
    viewport.settle(HEIGHT)
    assert viewport.cursor == 3, "then an earlier one"


def test_a_page_keeps_the_cursor_at_its_height_on_the_screen() -> None:
    viewport = Numbers(100)
    viewport.cursor = 3
    viewport.page(1, HEIGHT)
    assert (viewport.cursor, viewport.top) == (12, 9)
    viewport.page(-1, HEIGHT)
    assert (viewport.cursor, viewport.top) == (3, 0)
    viewport.page(50, HEIGHT)
    assert (viewport.cursor, viewport.top) == (99, 90)


def test_the_wheel_keeps_the_cursor_in_view() -> None:
    viewport = Numbers(100)
    assert viewport.scroll(3, HEIGHT)
    assert (viewport.cursor, viewport.top) == (3, 3)
    assert viewport.scroll(1000, HEIGHT)
    assert not viewport.scroll(1, HEIGHT)
    assert viewport.top == 90


@given(
    st.integers(0, 60),
    st.frozensets(st.integers(0, 59)),
    st.lists(
        st.tuples(st.sampled_from(["move", "page", "scroll", "settle"]), st.integers(-70, 70), st.integers(1, 25)),
        max_size=30,
    ),
)
def test_cursor_and_view_stay_within_the_lines(
    size: int, blank: frozenset[int], steps: list[tuple[str, int, int]]
) -> None:
    viewport = Numbers(size, blank)
    for name, by, height in steps:
        if name == "settle":
            viewport.settle(height)
        else:
            getattr(viewport, name)(by, height)
        assert 0 <= viewport.cursor <= max(0, size - 1)
        assert 0 <= viewport.top <= max(0, size - 1)
        if name in {"move", "settle", "page"} and size:
            assert viewport.top <= viewport.cursor < viewport.top + height


def line(name: str, leads: bool = False) -> Line:
    """A line that can be copied, and perhaps opened."""
    return Line(((name, ""),), name=name, copy=name, target=Location("customers", 1) if leads else None)


@pytest.mark.parametrize("side", [0, 1])
def test_two_sides_scroll_together(side: int) -> None:
    viewport = LinesViewport()
    viewport.sides = ([line(f"left {n}") for n in range(5)], [line(f"right {n}") for n in range(30)])
    viewport.side = side
    assert viewport.last_top(HEIGHT) == 20, "the longer side decides"
    assert viewport.scroll(4, HEIGHT)
    assert viewport.cursor == 0, "the cursor stays on its line, which may be out of view"


def test_outside_the_lines_there_is_a_blank_one() -> None:
    viewport = LinesViewport()
    assert viewport.line is BLANK
    viewport.sides = ([line("a")], ())
    viewport.cursor = 7
    assert viewport.line is BLANK
