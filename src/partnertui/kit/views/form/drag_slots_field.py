"""The field of a form whose items are dragged onto slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.kit.declare.drag_and_drop import Board, Placement
from partnertui.kit.views.form.text_editors import Edited
from partnertui.kit.widgets.drag_board import DragBoard

if TYPE_CHECKING:
    from partnertui.kit.declare.actions import Services
    from partnertui.kit.declare.form import Field, Values


class DragEditor(DragBoard):
    """A board as a field; its value is {slot: (item ID, …)}."""

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__(services, Board((), ()))
        self.entry = entry
        self.wanted = 10
        self.disabled = entry.fixed

    def read(self, values: Values) -> Placement:
        """Item IDs by slot."""
        return self.placement

    def _board(self, values: Values) -> Board:
        source = self.entry.board
        board = source(values) if callable(source) else source
        return board or self.drag.board

    def update_board(self, values: Values) -> None:
        """Shows other items if those available depend on another field that was changed."""
        board = self._board(values)
        if board.items != self.drag.board.items:
            self.show(board, self.drag.placement)
        else:
            self.drag.board = board  # what its slots refuse may depend on other fields, too

    def put(self, value: Any, values: Values) -> None:
        """Shows the board of these values."""
        if self.entry.board is not None:
            self.show(self._board(values), value or {})
            lines = max(len(self.drag.board.items), len(self.drag.lines()) + 2, 3)
            self.wanted = min(self.entry.rows if self.entry.rows > 1 else 12, lines + 2)
            self.styles.height = self.wanted

    def limit(self, height: int) -> None:
        """Uses at most that many lines, so that the sentence below stays in view."""
        self.styles.height = max(5, min(self.wanted, height))

    def state(self) -> object:
        """Item IDs by slot, including items that aren't on the board now."""
        return {slot: ids for slot, ids in self.drag.placement.items() if ids}

    def on_drag_board_dropped(self, event: DragBoard.Dropped) -> None:
        """Reports the change to the dialog."""
        event.stop()
        self.post_message(Edited())
