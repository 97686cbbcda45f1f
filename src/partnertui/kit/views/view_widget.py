"""The base of all views: what fills the screen between header and footer."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.widget import Widget

from partnertui.kit.exception_guard import ReportedErrors

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

    from partnertui.kit.declare.actions import Action, ActionContext, Services
    from partnertui.kit.declare.view_location import Location


class ViewWidget(Widget):
    """A view as a widget. Subclasses implement the `View` protocol and what the view stack asks of them.

    What is abstract is enforced by mypy: Textual's metaclass is not ABCMeta.
    """

    def __init__(self, services: Services, location: Location) -> None:
        super().__init__()
        self.services, self.location = services, location
        self.went_back: Callable[[], None] = lambda: None
        """Called when the operator went back from this view."""

    async def _dispatch_message(self, message: Message) -> None:
        """Goes on after a mistake, so that one can go back and open it again."""
        with ReportedErrors(self.app._handle_exception):
            await super()._dispatch_message(message)

    @abstractmethod
    def context(self) -> ActionContext:
        """What an action run now would work on."""

    @abstractmethod
    def actions(self) -> tuple[Action, ...]:
        """What can be done here, the view's own actions first."""

    @abstractmethod
    def refresh_rows(self, *, changed: bool = False) -> None:
        """Reads the rows again and keeps the cursor where it is; see `View`."""

    @abstractmethod
    def focus_main(self) -> None:
        """Gives the keyboard to the part that is worked with."""

    def is_ready_for(self, key: str) -> bool:
        """A key whose action works on rows, or moves among them, waits until they are read, and saved."""
        if (has_rows := self.has_rows) is None or has_rows:
            return has_rows is not None
        action = self.services.keymap.find(key, self.services.actions())
        return action is None or not action.needs_rows

    @property
    def has_rows(self) -> bool | None:
        """Whether what was asked for is shown, and nothing is being saved; None before any key has a meaning."""
        return True

    def restart(self) -> None:
        """Reads everything from the beginning."""
        self.refresh_rows()

    def retry(self) -> None:
        """The database was away and is tried again."""
        self.refresh_rows()

    def shown_again(self) -> None:
        """The view is back in front; what it shows may have changed meanwhile."""
        self.refresh_rows()

    def begin_loading(self) -> None:
        """The first frame of the program is painted: the view may import and read now."""

    def show_error(self, error: Exception) -> None:
        """Shows why there is nothing to show, in place of the rows."""
