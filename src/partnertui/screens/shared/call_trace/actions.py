"""What opens a trace."""

from __future__ import annotations

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.screens.shared.call_trace.host_names import host_names
from partnertui.screens.shared.trace import IN_TRACE


def call_ids(row: Row) -> tuple[str, ...]:
    """The Call-IDs of both legs, as far as they are known."""
    return tuple(dict.fromkeys(filter(None, (row.get(name) for name in ("call_id_a", "call_id_b", "call_id")))))


def no_call_id(context: ActionContext) -> str:
    """Why there is no trace to look for."""
    return "" if call_ids(context.row or {}) else "no Call-ID was kept for it, so no trace can be found"


def preload() -> None:
    """Imports what a trace needs, and what reads it."""
    from partnertui.screens.shared.trace.open_trace import preload as view

    view()


def open_call(context: ActionContext) -> None:
    """The ladder of the call under the cursor."""
    from partnertui.screens.shared.call_trace.call_loader import CallTraceLoader
    from partnertui.screens.shared.call_trace.index_job import index_captures
    from partnertui.screens.shared.trace import open_trace

    row = context.row or {}
    wanted = call_ids(row)
    title = context.services.catalog.page(context.screen).title(row)
    open_trace(
        context.services,
        title,
        CallTraceLoader(
            context.services, wanted, row.get("started_at"), row.get("customer_id"), running=context.screen == "live"
        ),
        host_names(context.services, row),
        key=wanted,
    )
    index_captures(context.services)


TRACE = Action(
    "call.trace",
    "Trace",
    open_call,
    ("t",),
    "trace",
    rows="one",
    refuse=no_call_id,
    group="Call",
    about="the SIP messages of the call as a ladder, why it ended as it did, and how it sounded",
    leads_to=IN_TRACE,
    preload=preload,
)
TRACE_REGISTRATION = Action(
    "registration.registration-trace",
    "Trace of the registration",
    open_call,
    ("upper_t", "T"),
    "",
    rows="one",
    refuse=no_call_id,
    group="Phone",
    about="the REGISTER requests of the phone as a ladder",
    leads_to=IN_TRACE,
)
