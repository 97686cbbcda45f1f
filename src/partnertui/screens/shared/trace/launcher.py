"""Opens the trace view: of a trace loaded in the background, or of one already in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import Services
from partnertui.kit.declare.view_location import Location
from partnertui.screens.shared.trace.loader_protocol import LoadedTrace, TraceLoader

if TYPE_CHECKING:
    from partnertui.calls.diagnosis.verdict import Diagnosis
    from partnertui.calls.trace_model import Trace
    from partnertui.screens.shared.trace.trace_view import TraceView

IN_TRACE = ("In a trace", "partnertui.screens.shared.trace.actions:TRACE_ACTIONS")
"""For `Action.leads_to` of actions that open a trace."""


def open_trace(
    services: Services,
    title: str,
    loader: TraceLoader,
    names: Mapping[str, str] | None = None,
    *,
    key: Hashable = None,
    on_back: Callable[[], None] = lambda: None,
) -> None:
    """Open the ladder; `names` by address, or by address and port such as `192.0.2.1:5060`.

    `key` identifies the trace, so that the same one isn't opened twice; by default the title.
    `on_back` is called when the agent went back from it.
    """

    def make(services: Services, location: Location) -> TraceView:
        # imported on first use: 0.1 s of widgets that the first frame of the program doesn't need
        from partnertui.screens.shared.trace.actions import TRACE_ACTIONS
        from partnertui.screens.shared.trace.trace_view import TraceView

        return TraceView(services, location, title, loader, names or {}, TRACE_ACTIONS, on_back)

    location = services.location()
    screen = location.screen if location is not None else next(iter(services.catalog.screens))
    services.open(Location(screen, ("trace", title if key is None else key)), make)


def show_trace(
    services: Services,
    title: str,
    trace: Trace,
    names: Mapping[str, str] | None = None,
    *,
    judgement: Diagnosis | None = None,
    on_back: Callable[[], None] = lambda: None,
) -> None:
    """Open the ladder of a trace that's already in memory, with the verdict that its maker gave it, if any."""
    key = (title, trace.start_us if trace.messages else 0)
    open_trace(services, title, LoadedTrace(trace, judgement), names, key=key, on_back=on_back)


def preload() -> None:
    """Import what the view of a trace needs, which takes 0.1 s; run it in a thread before the first is opened."""
    for module in (
        "partnertui.screens.shared.trace.actions",
        "partnertui.screens.shared.trace.trace_view",
        "partnertui.calls.call_statistics",
        "partnertui.calls.diagnosis.diagnose",
    ):
        import_module(module)
