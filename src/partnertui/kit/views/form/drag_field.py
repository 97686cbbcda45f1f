"""The field of a form whose things are carried onto boxes."""

from __future__ import annotations

from typing import Any

from partnertui.kit.declare.drag import Board
from partnertui.kit.declare.form import Field, Values
from partnertui.kit.shell.services import Services
from partnertui.kit.views.form.lines import Edited
from partnertui.kit.widgets.drag_board import CarryBoard


class CarryEditor(CarryBoard):
    """A board as a field; its value is {box: (thing, …)}."""

    def __init__(self, services: Services, entry: Field) -> None:
        super().__init__(services, Board((), ()))
        self.entry = entry
        self.wanted = 10
        self.disabled = entry.fixed

    def read(self, values: Values) -> dict[str, tuple[Any, ...]]:
        """What is in which box."""
        return self.held

    def _board(self, values: Values) -> Board:
        source = self.entry.carry
        board = source(values) if callable(source) else source
        return board or self.carrying.board

    def follow(self, values: Values) -> None:
        """Other things, where those there are depend on another field that was changed."""
        board = self._board(values)
        if board.things != self.carrying.board.things:
            self.show(board, self.carrying.held)

    def put(self, value: Any, values: Values) -> None:
        """Shows the board of these values."""
        if self.entry.carry is not None:
            self.show(self._board(values), value or {})
            lines = max(len(self.carrying.board.things), len(self.carrying.lines()) + 2, 3)
            self.wanted = min(self.entry.rows if self.entry.rows > 1 else 12, lines + 2)
            self.styles.height = self.wanted

    def limit(self, height: int) -> None:
        """Takes no more than that many lines, so that the sentence below is always in sight."""
        self.styles.height = max(5, min(self.wanted, height))

    def state(self) -> Any:
        """What is in which box, things that are not there now as well."""
        return {box: ids for box, ids in self.carrying.held.items() if ids}

    def on_carry_board_carried(self, event: CarryBoard.Carried) -> None:
        """Tells the dialog."""
        event.stop()
        self.post_message(Edited())
