"""The field of a form whose things are carried onto boxes."""

from __future__ import annotations

from typing import Any

from partnertui.kit.carry import Board
from partnertui.kit.carry_board import CarryBoard
from partnertui.kit.desk import Desk
from partnertui.kit.form.declare import Field, Values
from partnertui.kit.form.lines import Edited


class CarryEditor(CarryBoard):
    """A board as a field; its value is {box: (thing, …)}."""

    def __init__(self, desk: Desk, entry: Field) -> None:
        super().__init__(desk, Board((), ()))
        self.entry = entry
        self.disabled = entry.fixed

    def read(self, values: Values) -> dict[str, tuple[Any, ...]]:
        """What is in which box."""
        return self.held

    def put(self, value: Any, values: Values) -> None:
        """Shows the board of these values."""
        source = self.entry.carry
        board = source(values) if callable(source) else source
        if board is not None:
            self.show(board, value or {})
            lines = max(len(board.things), len(self.carrying.lines()) + 2, 3)
            self.styles.height = min(self.entry.rows if self.entry.rows > 1 else 12, lines + 2)

    def state(self) -> Any:
        """What is in which box."""
        return self.held

    def on_carry_board_carried(self, event: CarryBoard.Carried) -> None:
        """Tells the dialog."""
        event.stop()
        self.post_message(Edited())
