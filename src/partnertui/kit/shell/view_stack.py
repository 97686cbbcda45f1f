"""The stack of open views: the one in front, those behind it, back and forward."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.widget import Widget

from partnertui.kit.declare.actions import Services, View
from partnertui.kit.declare.lazy import resolve
from partnertui.kit.declare.view_location import Location
from partnertui.kit.views.view_widget import ViewWidget

if TYPE_CHECKING:
    from textual.app import ComposeResult

KEPT = 6
"""Views kept alive, so that going back paints at once."""
Make = Callable[[Services, Location], View]
MOST_VISITED = 200
"""Locations that `back` can go to; a program that runs for weeks must not keep them all."""


class ViewStack(Widget):
    """Holds views and shows one. `history` lists the locations visited; `index` is the current one.

    changed: called when another view is in front.
    """

    DEFAULT_CSS = "ViewStack { width: 1fr; height: 1fr; layout: vertical; } ViewStack > .behind { display: none; }"

    def __init__(self, services: Services, changed: Callable[[], None]) -> None:
        super().__init__()
        self.services, self._changed = services, changed
        self.history: list[Location] = []
        self.index = -1
        self.views: dict[Location, ViewWidget] = {}
        self._makers: dict[Location, Make] = {}

    def compose(self) -> ComposeResult:
        """The first view, so that the first frame is complete."""
        yield from self.views.values()

    def begin(self, location: Location) -> None:
        """Sets the first view, before anything is painted."""
        self.history, self.index = [location], 0
        self.views[location] = self._make(location)

    @property
    def location(self) -> Location | None:
        """Where the operator is; None before the first view."""
        return self.history[self.index] if self.history else None

    @property
    def view(self) -> ViewWidget | None:
        """The view in front; None before the first."""
        location = self.location
        return self.views.get(location) if location is not None else None

    def open(self, location: Location, make: Make | None = None) -> None:
        """Goes to a location; locations that were ahead in the history are dropped."""
        if make is not None:
            self._makers[location] = make
        if location != self.location:
            del self.history[self.index + 1 :]
            self.history.append(location)
            if len(self.history) > MOST_VISITED:
                del self.history[0]
                self._makers = {place: made for place, made in self._makers.items() if place in self.history}
            self.index = len(self.history) - 1
        self._show(location)

    def back(self) -> bool:
        """Goes to the previous location; False if there is none."""
        left = self.view
        if not self._step(-1):
            return False
        if left is not None:
            left.went_back()
        return True

    def forward(self) -> bool:
        """Goes to where `back` came from; False if there is no such location."""
        return self._step(1)

    def _step(self, by: int) -> bool:
        if not 0 <= self.index + by < len(self.history):
            return False
        self.index += by
        self._show(self.history[self.index])
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
            self._drop_oldest()
        else:
            # A view behind has no layout (display: none), so its size is known after the next refresh at the earliest.
            view.call_after_refresh(view.shown_again)
        # Textual gives the keyboard only to what is displayed, and the class that hides a view is applied with the
        # refresh.
        self.call_after_refresh(view.focus_main)
        self._changed()

    def _make(self, location: Location) -> ViewWidget:
        make = self._makers.get(location)
        if make is not None:
            made = make(self.services, location)
            assert isinstance(made, ViewWidget)
            return made
        if location.record is None:
            # Lists and records bring SQLAlchemy's criteria along, which the first frame doesn't need.
            from partnertui.kit.views.lists.actions import LIST_ACTIONS
            from partnertui.kit.views.lists.list_view import ListView

            return ListView(self.services, location, LIST_ACTIONS)
        from partnertui.kit.views.records.actions import RECORD_ACTIONS
        from partnertui.kit.views.records.record_view import RecordView

        page = self.services.catalog.page(location.screen)
        view_class: type[RecordView] = resolve(page.record) if page.record else RecordView
        return view_class(self.services, location, RECORD_ACTIONS)

    def _drop_oldest(self) -> None:
        kept = {self.location, self._list_behind}  # next and previous walk along the list, however many records
        others = [location for location in self.views if location not in kept]
        others.sort(key=self.history.__contains__)  # first those that nothing leads back to, each the oldest first
        for location in others[: max(0, len(self.views) - KEPT)]:
            self.views.pop(location).remove()
        wanted = {*self.history, *self.views}
        self._makers = {location: make for location, make in self._makers.items() if location in wanted}

    @property
    def _list_behind(self) -> Location | None:
        """The list that the view in front was opened from; None if there is none."""
        return next((found for found in reversed(self.history[: max(0, self.index)]) if found.record is None), None)

    def restart_all(self) -> None:
        """Reads every kept list from the beginning, after a change of scope."""
        for location, view in list(self.views.items()):
            if location.record is None:
                view.restart()

    def neighbour(self, by: int) -> None:
        """Goes from a record to the next or previous one of the list that it was opened from."""
        from partnertui.kit.views.lists.list_view import ListView  # lists load after the first frame

        location, parent = self.location, self._list_behind
        view = self.views.get(parent) if parent is not None else None
        if location is None or parent is None or not isinstance(view, ListView) or parent.screen != location.screen:
            self.services.notify("This record wasn't opened from its own list.", "warn")
            return
        old = view.table.window.cursor
        view.table.move(by)
        row = view.table.window.row
        if row is None or view.table.window.cursor == old:
            self.services.notify("This is the last record." if by > 0 else "This is the first record.", "")
            return
        self.history[self.index] = Location(location.screen, row["id"], row=row)
        self._show(self.history[self.index])
