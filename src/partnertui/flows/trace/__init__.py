"""A trace on the screen: the ladder, the raw message beside it, the verdict above; compared, searched and kept."""

from partnertui.flows.trace.opening import Load, compare_traces, open_trace, show_trace, warm

__all__ = ["Load", "compare_traces", "open_trace", "show_trace", "warm"]
