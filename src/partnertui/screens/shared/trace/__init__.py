"""A trace on the screen: the ladder, the raw message beside it, the verdict above; compared, searched and kept."""

from partnertui.screens.shared.trace.open_trace import (
    IN_TRACE,
    TraceLoader,
    compare_traces,
    open_trace,
    preload,
    show_trace,
)

__all__ = ["IN_TRACE", "TraceLoader", "compare_traces", "open_trace", "preload", "show_trace"]
