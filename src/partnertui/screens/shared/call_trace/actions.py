"""The actions *Trace* and *Registration trace* of a CDR, a live call or a registration."""

from __future__ import annotations

from importlib import import_module

from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row
from partnertui.screens.shared.call_trace.host_names import host_names
from partnertui.screens.shared.trace import IN_TRACE, open_trace, preload


def call_ids(row: Row) -> tuple[str, ...]:
    """The known Call-IDs of both legs."""
    return tuple(dict.fromkeys(filter(None, (row.get(name) for name in ("call_id_a", "call_id_b", "call_id")))))


def no_call_id(context: ActionContext) -> str:
    """Refuses when no Call-ID is known."""
    return "" if call_ids(context.row or {}) else "no Call-ID was recorded, so no trace can be found"


def _preload() -> None:
    """Import the trace view and the loader; run it in a thread."""
    import_module("partnertui.screens.shared.call_trace.call_loader")
    preload()


def open_call(context: ActionContext, title: str = "") -> None:
    """Open the ladder of the call under the cursor; it is called as in its list unless a title is given."""
    from partnertui.screens.shared.call_trace.call_loader import CallTraceLoader
    from partnertui.screens.shared.call_trace.cdr_or_live_row import record_of
    from partnertui.screens.shared.call_trace.index_job import index_captures

    row = context.row or {}
    identifiers = call_ids(row)
    title = title or context.services.catalog.page(context.screen).title(row)
    open_trace(
        context.services,
        title,
        CallTraceLoader(
            context.services,
            identifiers,
            row.get("started_at"),
            row.get("customer_id"),
            running=context.screen == "live",
            record=record_of(row),
        ),
        host_names(context.services, row),
        key=identifiers,
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
    about="the SIP messages of the call as a ladder, why it ended as it did, and the audio quality",
    leads_to=IN_TRACE,
    preload=_preload,
)
TRACE_REGISTRATION = Action(
    "registration.registration-trace",
    "Registration trace",
    open_call,
    ("upper_t", "T"),
    "",
    rows="one",
    refuse=no_call_id,
    group="Phone",
    about="the REGISTER requests of the phone as a ladder",
    leads_to=IN_TRACE,
)
