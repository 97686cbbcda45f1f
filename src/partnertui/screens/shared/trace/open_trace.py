"""The way in: a trace that is read in the background, or one that is there already."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.location import Location

if TYPE_CHECKING:
    from partnertui.calls.model import Trace
    from partnertui.captures.saving import Packet
    from partnertui.db.cancel import Cancel
    from partnertui.screens.shared.trace.view import TraceView


class TraceLoader(Protocol):
    """Reads a trace in two steps, each in a thread; both may raise DomainError or DatabaseError."""

    def work(self, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The messages: they are painted as soon as they are there. `tell(done, total)` hears how far it is."""

    def more(self, trace: Trace, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The trace with what takes longer: RTP streams, messages that have to be searched for."""


IN_TRACE = ("In a trace", "partnertui.screens.shared.trace.actions:TRACE_ACTIONS")
"""For `Action.leads_to` of whatever opens a trace."""


@runtime_checkable
class HasRtpPackets(Protocol):
    """A load that can read the sound itself."""

    def packets(self, trace: Trace) -> Sequence[Packet]:
        """RTP of the trace, to be written into a capture of just this call."""


@runtime_checkable
class HasCaptureIndex(Protocol):
    """A load whose messages are in captures of an index."""

    @property
    def index(self) -> Path:
        """Where the index is."""


@runtime_checkable
class HasLiveUpdates(Protocol):
    """A load of a call that may still be up."""

    @property
    def running(self) -> bool:
        """True where it was up when its trace was opened."""

    def again(self, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The messages as `work` reads them, with those that came since."""


@dataclass(frozen=True)
class LoadedTrace:
    """A trace that is there already."""

    trace: Trace

    def work(self, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The trace."""
        return self.trace

    def more(self, trace: Trace, cancel: Cancel, tell: Callable[[int, int], None]) -> Trace:
        """The same trace."""
        return trace


def open_trace(
    services: Services, title: str, load: TraceLoader, names: Mapping[str, str] | None = None, *, key: Hashable = None
) -> None:
    """Opens the ladder on the stage; `names` by address, or by address and port such as `192.0.2.1:5060`.

    `key` tells traces apart, so that the same one is not opened twice: the title where it is left out.
    """

    def make(services: Services, location: Location) -> TraceView:
        from partnertui.screens.shared.trace.view import TraceView

        return TraceView(services, location, title, load, names or {})

    location = services.location()
    screen = location.screen if location is not None else next(iter(services.catalog.screens))
    services.open(Location(screen, ("trace", title if key is None else key)), make)


def show_trace(services: Services, title: str, trace: Trace, names: Mapping[str, str] | None = None) -> None:
    """Opens the ladder of a trace that is there already, such as the exchange of a SIP test."""
    open_trace(services, title, LoadedTrace(trace), names, key=(title, trace.start_us if trace.messages else 0))


def compare_traces(services: Services, one: Trace, other: Trace) -> None:
    """Shows two calls side by side, aligned by what their messages are, differences marked."""
    from partnertui.screens.shared.trace.comparison_dialog import compare_calls

    compare_calls(services, one, other)


def preload() -> None:
    """Imports what the view of a trace needs, a tenth of a second; run it in a thread before the first is opened."""
