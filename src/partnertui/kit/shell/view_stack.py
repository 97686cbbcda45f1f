"""The stage: the view in front, those behind it, and the way back."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.widget import Widget

from partnertui.kit.shell.services import Location, Services

KEPT = 6
"""Views kept alive, so that going back paints at once."""


class ViewStack(Widget):
    """Holds views; one is shown. `history` is where the agent has been, `place` where in it."""

    DEFAULT_CSS = "ViewStack { width: 1fr; height: 1fr; layout: vertical; } ViewStack > .behind { display: none; }"

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        services.view_stack = self
        self.history: list[Location] = []
        self.place = -1
        self.views: dict[Location, Widget] = {}

    def compose(self) -> ComposeResult:
        """The first view, so that the first frame is whole."""
        yield from self.views.values()

    def begin(self, location: Location) -> None:
        """The first view, before anything is painted."""
        self.history, self.place = [location], 0
        self.views[location] = self._make(location)

    @property
    def location(self) -> Location | None:
        """Where the agent is."""
        return self.history[self.place] if self.history else None

    @property
    def view(self) -> Any:
        """The view in front; None before the first."""
        location = self.location
        return self.views.get(location) if location is not None else None

    def open(self, location: Location) -> None:
        """Goes to a place; what lay ahead in the trail is forgotten."""
        if location != self.location:
            del self.history[self.place + 1 :]
            self.history.append(location)
            self.place = len(self.history) - 1
        self._show(location)

    def back(self) -> bool:
        """Goes to the place before; False where there is none."""
        if self.place <= 0:
            return False
        self.place -= 1
        self._show(self.history[self.place])
        return True

    def forward(self) -> bool:
        """Goes on to where one came back from; False where there is none."""
        if self.place + 1 >= len(self.history):
            return False
        self.place += 1
        self._show(self.history[self.place])
        return True

    def _show(self, location: Location) -> None:
        view = self.views.pop(location, None)
        fresh = view is None
        if view is None:
            view = self._make(location)
        self.views[location] = view
        for other in self.views.values():
            other.set_class(other is not view, "behind")
        if fresh:
            self.mount(view)
            self._forget()
        else:
            view.call_after_refresh(view.shown_again)  # type: ignore[attr-defined]
        self.call_after_refresh(view.focus_main)  # type: ignore[attr-defined]
        self.services.view_changed()

    def _make(self, location: Location) -> Widget:
        if location.make is not None:
            return location.make(self.services, location)
        if location.record is None:
            from partnertui.kit.views.lists.view import ListView

            return ListView(self.services, location)
        from partnertui.kit.views.records import make_record

        return make_record(self.services, location)

    def _forget(self) -> None:
        for location in list(self.views)[:-KEPT]:
            self.views.pop(location).remove()

    def restart_all(self) -> None:
        """Reads every kept list anew, after a change of scope."""
        for location, view in list(self.views.items()):
            if location.record is None:
                view.restart()  # type: ignore[attr-defined]

    def neighbour(self, by: int) -> None:
        """From a record to the next or previous one of the list that it was opened from."""
        location = self.location
        parent = next((s for s in reversed(self.history[: self.place]) if s.record is None), None)
        view: Any = self.views.get(parent) if parent is not None else None
        if location is None or view is None or parent is None or parent.screen != location.screen:
            self.services.notify("This record was not opened from its list.", "warn")
            return
        old = view.table.window.cursor
        view.table.move(by)
        row = view.table.window.row
        if row is None or view.table.window.cursor == old:
            self.services.notify("That was the last one." if by > 0 else "That was the first one.", "")
            return
        self.history[self.place] = Location(location.screen, row["id"], row=row)
        self._show(self.history[self.place])
