"""Helpers of all trace actions: the trace view they act on, and the reasons why one can't run."""

from __future__ import annotations

from partnertui.calls.trace_model import Message, Trace
from partnertui.kit.declare.actions import ActionContext
from partnertui.screens.shared.trace.trace_view import TraceView


def view_of(context: ActionContext) -> TraceView:
    """The trace view the action runs in."""
    assert isinstance(context.view, TraceView)
    return context.view


def trace_of(context: ActionContext) -> Trace:
    """The trace; only for actions that refuse to run with `no_trace`."""
    trace = view_of(context).trace
    assert trace is not None
    return trace


def no_trace(context: ActionContext) -> str:
    """Refuses while there are no messages."""
    return "" if view_of(context).trace is not None else "there are no messages here"


def no_message(context: ActionContext) -> str:
    """Refuses unless the cursor is on a message."""
    return no_trace(context) or (
        "" if isinstance(view_of(context).current, Message) else "the cursor isn't on a message"
    )
