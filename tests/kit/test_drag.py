"""Things are carried onto boxes by keyboard and by mouse; a box says why it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from form_app import BOARD, LISTS, FormApp
from hypothesis import given
from hypothesis import strategies as st
from textual.screen import Screen

from partnertui.kit.declare.drag import Board, DragState, Item, Slot
from partnertui.kit.widgets.drag_board import DragBoard

BASKET = Board(tuple(Item(n, f"item {n}") for n in range(5)), (Slot("payment", "Payment", many=True),), moves=True)


def test_grab_and_drop() -> None:
    state = DragState(BOARD)
    assert state.grab() == ""
    assert state.dragged == LISTS[0]
    assert state.drop() == ""
    assert state.placement == {"calls": (1,)}
    assert state.dragged is None


def test_a_box_that_does_not_fit_says_why_and_the_hand_keeps_it() -> None:
    state = DragState(BOARD)
    state.grab()
    state.move(1)
    assert state.drop() == "only a price list for ddis goes here"
    assert state.dragged == LISTS[0]
    assert state.cancel()
    assert state.placement == {}


def test_a_second_drop_replaces_and_delete_takes_out() -> None:
    state = DragState(BOARD, {"calls": (1,)})
    state.at[0] = 1
    state.grab()
    state.drop()
    assert state.placement["calls"] == (2,)
    assert state.under() == LISTS[1]
    assert state.remove()
    assert state.placement["calls"] == ()
    assert not state.remove()


def test_what_moves_is_in_one_place_only() -> None:
    state = DragState(BASKET)
    for _ in range(2):
        state.cross(0)
        state.grab()
        state.drop()
    assert state.placement["payment"] == (0, 1)
    assert [thing.id for thing in state.free()] == [2, 3, 4]


@given(
    st.lists(st.sampled_from(["grab", "drop", "go", "remove", "left", "right", "up", "down"]), max_size=40),
    st.booleans(),
)
def test_no_keys_lose_or_double_a_thing(keys: list[str], moves: bool) -> None:
    state = DragState(BASKET if moves else BOARD)
    for key in keys:
        {
            "grab": lambda: state.dragged is None and state.grab(),
            "drop": state.drop,
            "go": state.cancel,
            "remove": state.remove,
            "left": lambda: state.cross(0),
            "right": lambda: state.cross(1),
            "up": lambda: state.move(-1),
            "down": lambda: state.move(1),
        }[key]()
        known = {thing.id for thing in state.board.items}
        placement = [found for ids in state.placement.values() for found in ids]
        assert set(placement) <= known
        assert len(placement) == len(set(placement)) or not moves
        if moves:
            assert {thing.id for thing in state.free()} | set(placement) == known
        for box in state.board.slots:
            assert all(not box.refuse(state.thing(found)) for found in state.placement.get(box.id, ()))  # type: ignore[arg-type]


class BoardScreen(Screen[None]):
    def __init__(self, board: DragBoard) -> None:
        super().__init__()
        self.board = board
        self.carried = 0

    def compose(self) -> Any:
        yield self.board

    def on_drag_board_dropped(self) -> None:
        self.carried += 1


async def lines(app: FormApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    return FormApp(tmp_path)


async def test_by_keyboard(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = BoardScreen(DragBoard(app.services, BOARD))
        await app.push_screen(screen)
        screen.board.focus()
        await pilot.press("down", "space")
        assert "Carrying EU calls 2026: Enter drops it on Outgoing calls, Esc lets go" in await lines(app)
        await pilot.press("down")
        assert "only a price list for ddis goes here" in await lines(app)
        await pilot.press("enter")
        assert screen.carried == 0
        await pilot.press("up", "enter")
        assert screen.board.placement == {"calls": (2,)}
        assert screen.carried == 1
        await pilot.press("delete")
        assert screen.board.placement == {}


async def test_by_mouse(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = BoardScreen(DragBoard(app.services, BOARD))
        await app.push_screen(screen)
        await pilot.pause()
        await pilot.mouse_down(screen.board, offset=(3, 3))
        await pilot.hover(screen.board, offset=(20, 3))
        await pilot.hover(screen.board, offset=(60, 1))
        assert "only a price list for calls goes here" in await lines(app)
        await pilot.hover(screen.board, offset=(60, 2))
        assert "Enter drops it on DDIs" in await lines(app)
        await pilot.mouse_up(screen.board, offset=(60, 2))
        assert screen.board.placement == {"ddis": (3,)}
        await pilot.mouse_down(screen.board, offset=(3, 1))
        await pilot.hover(screen.board, offset=(60, 2))
        await pilot.mouse_up(screen.board, offset=(60, 2))
        assert screen.board.placement == {"ddis": (3,)}
        assert "only a price list for ddis goes here" in await lines(app)
        await pilot.mouse_down(screen.board, offset=(3, 1))
        await pilot.hover(screen.board, offset=(30, 9))
        await pilot.mouse_up(screen.board, offset=(30, 9))
        assert screen.board.drag.dragged is None
