"""The view of a trace: the ladder, the raw message beside it, the verdict above; compare, search and save."""

from partnertui.screens.shared.trace.launcher import IN_TRACE, open_trace, preload, show_trace
from partnertui.screens.shared.trace.loader_protocol import TraceLoader

__all__ = ["IN_TRACE", "TraceLoader", "open_trace", "preload", "show_trace"]
