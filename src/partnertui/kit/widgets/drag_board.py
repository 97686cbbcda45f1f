"""Draws a board of things and boxes; carries with the mouse, or with space, arrows and Enter."""

from __future__ import annotations

from typing import Any

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from partnertui.kit.declare.drag import Board, Box, Carrying, Held, Thing
from partnertui.kit.shell.services import Services
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.table.paint import fit

GAP = 3
Look = tuple[str, str, str]
"""Text, role, and the role of its ground."""


class CarryBoard(Widget, can_focus=True):
    """Things on the left, boxes on the right, one line below that says what is carried and why not."""

    DEFAULT_CSS = "CarryBoard { height: 10; width: 1fr; }"

    class Carried(Message):
        """Something lies in another box now."""

    def __init__(self, services: Services, board: Board, held: Held | None = None) -> None:
        super().__init__()
        self.services = services
        self.carrying = Carrying(board, {key: tuple(ids) for key, ids in (held or {}).items()})
        self.said: tuple[str, str] = ("", "")
        self.tops = [0, 0]
        self._pressed: tuple[int, int] | None = None

    def show(self, board: Board, held: Held) -> None:
        """Takes another board."""
        self.carrying = Carrying(board, {key: tuple(ids) for key, ids in held.items()})
        self.said = ("", "")
        self.refresh()

    @property
    def held(self) -> dict[str, tuple[Any, ...]]:
        """What is in which box; empty boxes and things that are not there any more are left out."""
        known = {thing.id for thing in self.carrying.board.things}
        kept = {box: tuple(entry for entry in ids if entry in known) for box, ids in self.carrying.held.items()}
        return {box: ids for box, ids in kept.items() if ids}

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
            Segment(fit(text, cells, "left", self.services.symbols.cut), palette.style(role, under))
            for (text, role, under), cells in pieces
        ]
        return Strip(segments).adjust_cell_length(width, palette.style("text"))

    def _left(self, y: int) -> Look:
        state = self.carrying
        if y == 0:
            return state.board.things_title, "title", "text"
        index, free = self.tops[0] + y - 1, state.free()
        if index >= len(free):
            return (state.board.none if y == 1 and not free else "", "muted", "text")
        thing = free[index]
        under = self._ground(0, index) if state.hand is None else "text"
        role = "mark" if state.hand is not None and state.hand.id == thing.id else "" if under != "text" else "value"
        return self._named(thing), role, under

    def _right(self, y: int) -> Look:
        state = self.carrying
        if y == 0:
            return state.board.boxes_title, "title", "text"
        index, lines = self.tops[1] + y - 1, state.lines()
        if index >= len(lines):
            return "", "", "text"
        box, thing = lines[index]
        under = self._ground(1, index)
        if thing is not None:
            taken = state.hand is not None and state.hand.id == thing.id and state.taken_from == box.id
            return f"   {self._named(thing)}", "mark" if taken else "" if under != "text" else "value", under
        return self._box(box, under)

    def _box(self, box: Box, under: str) -> Look:
        state, symbols = self.carrying, self.services.symbols
        empty = "" if state.held.get(box.id) else f": {box.hint}"
        if state.hand is None:
            return f" {symbols.bar} {box.title}{empty}", "" if under != "text" else "key", under
        fits = not state.refusal(box)
        sign = symbols.live if fits else symbols.away
        return f" {sign} {box.title}{empty}", "" if under != "text" else "accent" if fits else "muted", under

    def _named(self, thing: Thing) -> str:
        detail = f"  {one_line(thing.detail)}" if thing.detail else ""
        return f" {one_line(thing.label)}{detail}"

    def _ground(self, side: int, index: int) -> str:
        state = self.carrying
        if state.side != side or state.at[side] != index:
            return "text"
        return "cursor" if self.has_focus else "cursor-blurred"

    def _sentence(self) -> tuple[str, str]:
        state = self.carrying
        if self.said[0]:
            return self.said
        if state.hand is not None:
            box = state.box()
            why = state.refusal(box)
            if box is None or why:
                return f"Carrying {state.hand.label}: {why}", "warn"
            return f"Carrying {state.hand.label}: Enter drops it on {box.title}, Esc lets go", "accent"
        if not self.has_focus:
            return "", ""
        return "Space takes, Enter drops, Del removes; or drag with the mouse", "muted"

    # keys

    def on_key(self, event: events.Key) -> None:
        """Arrows, space, Enter, Delete, Esc."""
        state = self.carrying
        carried = state.hand is not None
        self.said = ("", "")
        steps = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
        if event.key in steps:
            if not carried and self._at_edge(steps[event.key]):
                return
            state.move(steps[event.key])
        elif event.key in {"left", "right"}:
            state.cross(int(event.key == "right"))
        elif event.key in {"space", "enter"}:
            self._hand(state.drop() if carried else state.grab(), changed=carried)
        elif event.key in {"delete", "backspace"}:
            self._hand("" if state.remove() else "There is nothing here to take out.", changed=True)
        elif event.key == "escape" and carried:
            state.let_go()
        else:
            return
        event.stop()
        event.prevent_default()
        self._follow()

    def _at_edge(self, by: int) -> bool:
        """True where the arrow leaves the board, to the field above or below."""
        state = self.carrying
        size = len(state.free()) if state.side == 0 else len(state.lines())
        return not 0 <= state.at[state.side] + (1 if by > 0 else -1) < size

    def _hand(self, why: str, changed: bool) -> None:
        if why:
            self.said = (why, "warn")
        elif changed:
            self.post_message(self.Carried())

    def _follow(self) -> None:
        height = max(1, self.size.height - 2)
        for side in (0, 1):
            self.tops[side] = max(min(self.tops[side], self.carrying.at[side]), self.carrying.at[side] - height + 1, 0)
        self.refresh()

    def on_focus(self) -> None:
        """Shows the cursor as active."""
        self.refresh()

    def on_blur(self) -> None:
        """Lets go: nothing is carried out of sight."""
        self.carrying.let_go()
        self.refresh()

    # mouse

    def _line_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Side and line under a point; None outside of the lines."""
        side = int(x >= (self.size.width - GAP) // 2 + GAP // 2)
        index = self.tops[side] + y - 1
        size = len(self.carrying.free()) if side == 0 else len(self.carrying.lines())
        return (side, index) if 1 <= y < self.size.height - 1 and index < size else None

    def _put_cursor(self, x: int, y: int) -> bool:
        found = self._line_at(x, y)
        if found is not None:
            self.carrying.side, self.carrying.at[found[0]] = found
        return found is not None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Points at a line; moving away with the button down carries what is there."""
        event.stop()
        self.said = ("", "")
        self.carrying.let_go()
        if self._put_cursor(event.x, event.y):
            self._pressed = (event.x, event.y)
            self.capture_mouse()
        self._follow()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Carries; the box under the mouse is marked."""
        state = self.carrying
        if self._pressed is None:
            return
        event.stop()
        if state.hand is None and (event.x, event.y) != self._pressed and state.grab():
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
        """Drops on the box under the mouse, or lets go."""
        if self._pressed is None:
            return
        event.stop()
        self._pressed = None
        self.release_mouse()
        state = self.carrying
        if state.hand is not None:
            found = self._line_at(event.x, event.y)
            if found is None or found[0] == 0:
                state.let_go()
            else:
                self._hand(state.drop(state.lines()[found[1]][0]), changed=True)
                state.let_go()
        self._follow()
