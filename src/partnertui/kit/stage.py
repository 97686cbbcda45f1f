"""The stage: the view in front, those behind it, and the way back."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.widget import Widget

from partnertui.kit.desk import Desk, Spot

KEPT = 6
"""Views kept alive, so that going back paints at once."""


class Stage(Widget):
    """Holds views; one is shown. `trail` is where the agent has been, `place` where in it."""

    DEFAULT_CSS = "Stage { width: 1fr; height: 1fr; layout: vertical; } Stage > .behind { display: none; }"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        desk.stage = self
        self.trail: list[Spot] = []
        self.place = -1
        self.views: dict[Spot, Widget] = {}

    def compose(self) -> ComposeResult:
        """The first view, so that the first frame is whole."""
        yield from self.views.values()

    def begin(self, spot: Spot) -> None:
        """The first view, before anything is painted."""
        self.trail, self.place = [spot], 0
        self.views[spot] = self._make(spot)

    @property
    def spot(self) -> Spot | None:
        """Where the agent is."""
        return self.trail[self.place] if self.trail else None

    @property
    def view(self) -> Any:
        """The view in front; None before the first."""
        spot = self.spot
        return self.views.get(spot) if spot is not None else None

    def open(self, spot: Spot) -> None:
        """Goes to a place; what lay ahead in the trail is forgotten."""
        if spot != self.spot:
            del self.trail[self.place + 1 :]
            self.trail.append(spot)
            self.place = len(self.trail) - 1
        self._show(spot)

    def back(self) -> bool:
        """Goes to the place before; False where there is none."""
        if self.place <= 0:
            return False
        self.place -= 1
        self._show(self.trail[self.place])
        return True

    def forward(self) -> bool:
        """Goes on to where one came back from; False where there is none."""
        if self.place + 1 >= len(self.trail):
            return False
        self.place += 1
        self._show(self.trail[self.place])
        return True

    def _show(self, spot: Spot) -> None:
        view = self.views.pop(spot, None)
        fresh = view is None
        if view is None:
            view = self._make(spot)
        self.views[spot] = view
        for other in self.views.values():
            other.set_class(other is not view, "behind")
        if fresh:
            self.mount(view)
            self._forget()
        else:
            view.call_after_refresh(view.shown_again)  # type: ignore[attr-defined]
        self.call_after_refresh(view.focus_main)  # type: ignore[attr-defined]
        self.desk.moved()

    def _make(self, spot: Spot) -> Widget:
        if spot.make is not None:
            return spot.make(self.desk, spot)
        if spot.record is None:
            from partnertui.kit.lists.view import ListView

            return ListView(self.desk, spot)
        from partnertui.kit.records import make_record

        return make_record(self.desk, spot)

    def _forget(self) -> None:
        for spot in list(self.views)[:-KEPT]:
            self.views.pop(spot).remove()

    def restart_all(self) -> None:
        """Reads every kept list anew, after a change of scope."""
        for spot, view in list(self.views.items()):
            if spot.record is None:
                view.restart()  # type: ignore[attr-defined]

    def neighbour(self, by: int) -> None:
        """From a record to the next or previous one of the list that it was opened from."""
        spot = self.spot
        parent = next((s for s in reversed(self.trail[: self.place]) if s.record is None), None)
        view: Any = self.views.get(parent) if parent is not None else None
        if spot is None or view is None or parent is None or parent.screen != spot.screen:
            self.desk.say("This record was not opened from its list.", "warn")
            return
        old = view.table.window.cursor
        view.table.move(by)
        row = view.table.window.row
        if row is None or view.table.window.cursor == old:
            self.desk.say("That was the last one." if by > 0 else "That was the first one.", "")
            return
        self.trail[self.place] = Spot(spot.screen, row["id"], row=row)
        self._show(self.trail[self.place])
