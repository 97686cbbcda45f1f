"""What opens a trace."""

from __future__ import annotations

from partnertui.flows.call_trace.names import known_names
from partnertui.flows.trace import IN_TRACE
from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.kinds import Row


def call_ids(row: Row) -> tuple[str, ...]:
    """The Call-IDs of both legs, as far as they are known."""
    return tuple(dict.fromkeys(filter(None, (row.get(name) for name in ("call_id_a", "call_id_b", "call_id")))))


def no_call_id(here: Here) -> str:
    """Why there is no trace to look for."""
    return "" if call_ids(here.row or {}) else "no Call-ID was kept for it, so no trace can be found"


def warm() -> None:
    """Imports what a trace needs, and what reads it."""
    import partnertui.db.kamailio.sip_trace
    import partnertui.flows.call_trace.load
    import partnertui.sip.capture.find
    import partnertui.sip.capture.sound  # noqa: F401
    from partnertui.flows.trace.opening import warm as view

    view()


def open_call(here: Here) -> None:
    """The ladder of the call under the cursor."""
    from partnertui.flows.call_trace.indexing import index_captures
    from partnertui.flows.call_trace.load import CallLoad
    from partnertui.flows.trace import open_trace

    row = here.row or {}
    wanted = call_ids(row)
    title = here.desk.catalog.page(here.screen).title(row)
    open_trace(
        here.desk,
        title,
        CallLoad(here.desk, wanted, row.get("started_at"), row.get("customer_id"), running=here.screen == "live"),
        known_names(here.desk, row),
        key=wanted,
    )
    index_captures(here.desk)


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
    warm=warm,
)
TRACE_REGISTRATION = Action(
    "registration.trace",
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
