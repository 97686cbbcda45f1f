"""A board of items and slots: drag with the mouse, or with Space, arrows and Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.actions import Action, ActionContext, Services
from partnertui.kit.declare.drag_and_drop import Board, DragState, Item, Placement, Slot
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.painter import fit

if TYPE_CHECKING:
    from collections.abc import Hashable

    from textual import events

GAP = 3
PAGE = 8
"""Lines that a page key moves."""
Look = tuple[str, str, str]
"""Text, role, and the role of its ground."""


class DragBoard(Widget, can_focus=True):
    """Items on the left, slots on the right, and a line below that says what is being dragged and what is refused."""

    DEFAULT_CSS = "DragBoard { height: 10; width: 1fr; }"

    class Dropped(Message):
        """An item is in another slot now."""

    def __init__(self, services: Services, board: Board, placement: Placement | None = None) -> None:
        super().__init__()
        self.services = services
        self.drag = DragState(board, {key: tuple(ids) for key, ids in (placement or {}).items()})
        self.message: tuple[str, str] = ("", "")
        self.tops = [0, 0]
        self._pressed: tuple[int, int] | None = None

    def show(self, board: Board, placement: Placement) -> None:
        """Shows another board."""
        self.drag = DragState(board, {key: tuple(ids) for key, ids in placement.items()})
        self.message = ("", "")
        self.refresh()

    @property
    def placement(self) -> dict[str, tuple[Hashable, ...]]:
        """Item IDs by slot; empty slots and items that no longer exist are left out."""
        known = {item.id for item in self.drag.board.items}
        kept = {slot: tuple(entry for entry in ids if entry in known) for slot, ids in self.drag.placement.items()}
        return {slot: ids for slot, ids in kept.items() if ids}

    # drawing

    def render_line(self, y: int) -> Strip:
        """A line of both sides; the last one is the sentence."""
        palette, width = self.services.palette, self.size.width
        if y == self.size.height - 1:
            text, role = self._sentence()
            return Strip([Segment(one_line(text), palette.style(role))]).adjust_cell_length(
                width, palette.style("text")
            )
        left = (width - GAP) // 2
        pieces = [(self._left(y), left), (("", "", "text"), GAP), (self._right(y), width - GAP - left)]
        segments = [
            Segment(fit(one_line(text), cells, "left", self.services.symbols.cut), palette.style(role, under))
            for (text, role, under), cells in pieces
        ]
        return Strip(segments).adjust_cell_length(width, palette.style("text"))

    def _left(self, y: int) -> Look:
        state = self.drag
        if y == 0:
            return state.board.items_title, "title", "text"
        index, free = self.tops[0] + y - 1, state.free()
        if index >= len(free):
            return (state.board.none if y == 1 and not free else "", "muted", "text")
        item = free[index]
        under = self._ground(0, index) if state.dragged is None else "text"
        role = (
            "mark" if state.dragged is not None and state.dragged.id == item.id else "" if under != "text" else "value"
        )
        return self._named(item), role, under

    def _right(self, y: int) -> Look:
        state = self.drag
        if y == 0:
            return state.board.slots_title, "title", "text"
        index, lines = self.tops[1] + y - 1, state.lines()
        if index >= len(lines):
            return "", "", "text"
        slot, item = lines[index]
        under = self._ground(1, index)
        if item is not None:
            taken = state.dragged is not None and state.dragged.id == item.id and state.source_slot == slot.id
            return f"   {self._named(item)}", "mark" if taken else "" if under != "text" else "value", under
        return self._slot(slot, under)

    def _slot(self, slot: Slot, under: str) -> Look:
        state, symbols = self.drag, self.services.symbols
        empty = "" if state.placement.get(slot.id) else f": {slot.hint}"
        if state.dragged is None:
            return f" {symbols.bar} {slot.title}{empty}", "" if under != "text" else "key", under
        fits = not state.refusal(slot)
        sign = symbols.online if fits else symbols.offline
        return f" {sign} {slot.title}{empty}", "" if under != "text" else "accent" if fits else "muted", under

    def _named(self, item: Item) -> str:
        detail = f"  {one_line(item.detail)}" if item.detail else ""
        return f" {one_line(item.label)}{detail}"

    def _ground(self, side: int, index: int) -> str:
        state = self.drag
        if state.side != side or state.at[side] != index:
            return "text"
        return "cursor" if self.has_focus else "cursor-blurred"

    def _sentence(self) -> tuple[str, str]:
        state = self.drag
        if self.message[0]:
            return self.message
        if state.dragged is not None:
            slot = state.slot()
            why = state.refusal(slot)
            if slot is None or why:
                return f"Dragging {state.dragged.label}: {why}", "warn"
            drops, cancels = map(self.services.keymap.label, ("board.toggle", "board.close"))
            return f"{drops} drops {state.dragged.label} on {slot.title}, {cancels} cancels", "accent"
        if not self.has_focus:
            return "", ""
        keys = "{key:board.toggle} grabs and drops, {key:board.remove} removes; or drag with the mouse"
        return self.services.keymap.fill(keys), "muted"

    # keys

    def actions(self) -> tuple[Action, ...]:
        """What can be done now; at the first and last line the arrows are left to what is above and below."""
        if self.drag.dragged is not None:
            return BOARD_ACTIONS
        at_edge = {verb for verb, by in (("up", -1), ("down", 1)) if self._at_edge(by)}
        return tuple(action for action in BOARD_ACTIONS if action.verb not in at_edge | {"close"})

    def move(self, by: int) -> None:
        """Moves the cursor; while dragging, from slot to slot."""
        self.message = ("", "")
        self.drag.move(by)
        self._follow()

    def cross(self, side: int) -> None:
        """Goes to the items or to the slots."""
        self.message = ("", "")
        self.drag.cross(side)
        self._follow()

    def toggle(self) -> None:
        """Grabs the item under the cursor, or drops the one being dragged."""
        self.message = ("", "")
        dragging = self.drag.dragged is not None
        self._report(self.drag.drop() if dragging else self.drag.grab(), changed=dragging)
        self._follow()

    def take_out(self) -> None:
        """Takes the item under the cursor out of its slot."""
        self.message = ("", "")
        self._report("" if self.drag.remove() else "Nothing to remove here.", changed=True)
        self._follow()

    def cancel(self) -> None:
        """Stops dragging; the item stays where it was."""
        self.message = ("", "")
        self.drag.cancel()
        self._follow()

    def _at_edge(self, by: int) -> bool:
        """True where the arrow leaves the board, to the field above or below."""
        state = self.drag
        size = len(state.free()) if state.side == 0 else len(state.lines())
        return not 0 <= state.at[state.side] + (1 if by > 0 else -1) < size

    def _report(self, why: str, changed: bool) -> None:
        if why:
            self.message = (why, "warn")
        elif changed:
            self.post_message(self.Dropped())

    def _follow(self) -> None:
        height = max(1, self.size.height - 2)
        for side in (0, 1):
            self.tops[side] = max(min(self.tops[side], self.drag.at[side]), self.drag.at[side] - height + 1, 0)
        self.refresh()

    def on_focus(self) -> None:
        """Shows the cursor as active."""
        self.refresh()

    def on_blur(self) -> None:
        """Stops dragging: nothing is dragged out of sight."""
        self.drag.cancel()
        self.refresh()

    # mouse

    def _line_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Side and line under a point; None outside the lines."""
        side = int(x >= (self.size.width - GAP) // 2 + GAP // 2)
        index = self.tops[side] + y - 1
        size = len(self.drag.free()) if side == 0 else len(self.drag.lines())
        return (side, index) if 1 <= y < self.size.height - 1 and index < size else None

    def _put_cursor(self, x: int, y: int) -> bool:
        found = self._line_at(x, y)
        if found is not None:
            self.drag.side, self.drag.at[found[0]] = found
        return found is not None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Moves the cursor; moving on with the button down drags the item."""
        event.stop()
        self.message = ("", "")
        self.drag.cancel()
        if self._put_cursor(event.x, event.y):
            self._pressed = (event.x, event.y)
            self.capture_mouse()
        self._follow()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drags; the slot under the mouse is marked."""
        state = self.drag
        if self._pressed is None:
            return
        event.stop()
        # In mode 1016 a terminal reports moves within the cell that was pressed, too: that is a click, no drag.
        if state.dragged is None and (event.x, event.y) != self._pressed and state.grab():
            self._pressed = None
            self.release_mouse()
            return
        found = self._line_at(event.x, event.y)
        if found is not None and found[0] == 1:
            state.go_to(state.lines()[found[1]][0])
        elif found is not None:
            state.side = 0
        self.refresh()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Drops on the slot under the mouse; what is dropped among the items is taken out of its slot."""
        if self._pressed is None:
            return
        event.stop()
        self._pressed = None
        self.release_mouse()
        state = self.drag
        if state.dragged is not None:
            found = self._line_at(event.x, event.y)
            if state.source_slot and event.x < self.size.width // 2:
                state.take_back()
                self._report("", changed=True)
            elif found is None or found[0] == 0:
                state.cancel()
            else:
                self._report(state.drop(state.lines()[found[1]][0]), changed=True)
                state.cancel()
        self._follow()


def _board(context: ActionContext) -> DragBoard:
    return context.front(DragBoard)


BOARD_ACTIONS = (
    Action(
        "board.toggle", "Grab the item, or drop it", lambda c: _board(c).toggle(), ("space", "enter"), group="Board"
    ),
    Action(
        "board.remove",
        "Remove the item from its slot",
        lambda c: _board(c).take_out(),
        ("delete", "backspace"),
        group="Board",
    ),
    Action("board.up", "Up, or to the previous slot", lambda c: _board(c).move(-1), ("up",), group="Board"),
    Action("board.down", "Down, or to the next slot", lambda c: _board(c).move(1), ("down",), group="Board"),
    Action("board.page-up", "Page up", lambda c: _board(c).move(-PAGE), ("pageup",), group="Board"),
    Action("board.page-down", "Page down", lambda c: _board(c).move(PAGE), ("pagedown",), group="Board"),
    Action("board.left", "Go to the items", lambda c: _board(c).cross(0), ("left",), group="Board"),
    Action("board.right", "Go to the slots", lambda c: _board(c).cross(1), ("right",), group="Board"),
    Action("board.close", "Stop dragging", lambda c: _board(c).cancel(), ("escape",), group="Board"),
)
