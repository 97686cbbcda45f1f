"""Items are dragged to slots by keyboard and by mouse; a slot says why it refuses one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kit.form_app import BOARD, LISTS, FormApp
from textual.app import ComposeResult

from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.drag_and_drop import Board, DragState, Item, Slot
from partnertui.kit.widgets.dialog import ActionDialog
from partnertui.kit.widgets.drag_board import DragBoard

PAYMENT_BOARD = Board(
    tuple(Item(n, f"item {n}") for n in range(5)), (Slot("payment", "Payment", many=True),), moves=True
)


def test_grab_and_drop() -> None:
    state = DragState(BOARD)
    assert state.grab() == ""
    assert state.dragged == LISTS[0]
    assert state.drop() == ""
    assert state.placement == {"calls": (1,)}
    assert state.dragged is None


def test_a_refused_drop_gives_the_reason_and_keeps_dragging() -> None:
    state = DragState(BOARD)
    state.grab()
    state.move(1)
    assert state.drop() == "only a price list for ddis goes here"
    assert state.dragged == LISTS[0]
    assert state.cancel()
    assert state.placement == {}


def test_a_second_drop_replaces_the_item_and_delete_removes_it() -> None:
    state = DragState(BOARD, {"calls": (1,)})
    state.at[0] = 1
    state.grab()
    state.drop()
    assert list(state.placement["calls"]) == [2]
    assert state.under() == LISTS[1]
    assert state.remove()
    assert not state.placement["calls"]
    assert not state.remove()


def test_an_item_that_moves_is_in_one_slot_only() -> None:
    state = DragState(PAYMENT_BOARD)
    for _ in range(2):
        state.cross(0)
        state.grab()
        state.drop()
    assert state.placement["payment"] == (0, 1)
    assert [item.id for item in state.free()] == [2, 3, 4]


@given(
    st.lists(st.sampled_from(["grab", "drop", "go", "remove", "left", "right", "up", "down"]), max_size=40),
    st.booleans(),
)
def test_no_keys_lose_or_duplicate_an_item(keys: list[str], moves: bool) -> None:
    state = DragState(PAYMENT_BOARD if moves else BOARD)
    for key in keys:
        steps: dict[str, Callable[[], object]] = {
            "grab": lambda: state.dragged is None and state.grab(),
            "drop": state.drop,
            "go": state.cancel,
            "remove": state.remove,
            "left": lambda: state.cross(0),
            "right": lambda: state.cross(1),
            "up": lambda: state.move(-1),
            "down": lambda: state.move(1),
        }
        steps[key]()
        known = {item.id for item in state.board.items}
        placement = [found for ids in state.placement.values() for found in ids]
        assert set(placement) <= known
        assert len(placement) == len(set(placement)) or not moves
        if moves:
            assert {item.id for item in state.free()} | set(placement) == known
        for slot in state.board.slots:
            assert all(
                not slot.refuse(next(item for item in state.board.items if item.id == found))
                for found in state.placement.get(slot.id, ())
            )


class BoardDialog(ActionDialog[None]):
    """A dialog that has only a board."""

    def __init__(self, board: DragBoard) -> None:
        super().__init__(board.services)
        self.board = board
        self.drops = 0

    def compose(self) -> ComposeResult:
        yield self.board

    def actions(self) -> tuple[Action, ...]:
        return self.board.actions()

    def on_drag_board_dropped(self) -> None:
        self.drops += 1


def lines(app: FormApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.fixture
def app(tmp_path: Path) -> FormApp:
    return FormApp(tmp_path)


async def test_by_keyboard(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = BoardDialog(DragBoard(app.services, BOARD))
        await app.push_screen(screen)
        screen.board.focus()
        await pilot.press("down", "space")
        assert "Space drops EU calls 2026 on Outgoing calls, Esc cancels" in lines(app)
        await pilot.press("down")
        assert "only a price list for ddis goes here" in lines(app)
        await pilot.press("enter")
        assert screen.drops == 0
        await pilot.press("up", "enter")
        assert screen.board.placement == {"calls": (2,)}
        assert screen.drops == 1
        await pilot.press("delete")
        assert screen.board.placement == {}


async def test_by_mouse(app: FormApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        screen = BoardDialog(DragBoard(app.services, BOARD))
        await app.push_screen(screen)
        await pilot.pause()
        await pilot.mouse_down(screen.board, offset=(3, 3))
        await pilot.hover(screen.board, offset=(20, 3))
        await pilot.hover(screen.board, offset=(60, 1))
        assert "only a price list for calls goes here" in lines(app)
        await pilot.hover(screen.board, offset=(60, 2))
        assert " on DDIs, Esc cancels" in lines(app)
        await pilot.mouse_up(screen.board, offset=(60, 2))
        assert screen.board.placement == {"ddis": (3,)}
        await pilot.mouse_down(screen.board, offset=(3, 1))
        await pilot.hover(screen.board, offset=(60, 2))
        await pilot.mouse_up(screen.board, offset=(60, 2))
        assert screen.board.placement == {"ddis": (3,)}
        assert "only a price list for ddis goes here" in lines(app)
        await pilot.mouse_down(screen.board, offset=(3, 1))
        await pilot.hover(screen.board, offset=(30, 9))
        await pilot.mouse_up(screen.board, offset=(30, 9))
        assert screen.board.drag.dragged is None
        await pilot.mouse_down(screen.board, offset=(50, 3))
        await pilot.hover(screen.board, offset=(10, 3))
        await pilot.mouse_up(screen.board, offset=(10, 3))
        assert screen.board.placement == {}
