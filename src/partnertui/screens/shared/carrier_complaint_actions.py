"""The actions that write a complaint to a carrier: about marked calls, an incident or a trace."""

from __future__ import annotations

from partnertui.domain.carrier_complaint import may_be_carriers_fault
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.lazy import lazy
from partnertui.kit.declare.menu_entry import STAFF

ABOUT = "times in UTC, numbers, Call-IDs, SIP codes and Q.850 causes; to copy, save or attach"
IN_COMPLAINT = ("In the fault report", "partnertui.screens.shared.carrier_complaint:COMPLAINT_ACTIONS")


def _none_failed(context: ActionContext) -> str:
    fits = (
        may_be_carriers_fault(row.get("disposition"), row.get("direction"), row.get("q850_cause"))
        for row in context.rows
    )
    return (
        ""
        if any(fits)
        else "only outbound calls that failed because of congestion or a missing route can be a carrier's fault"
    )


COMPLAINT_OF_CALLS = Action(
    "cdr.complaint",
    "Carrier fault report",
    lazy("partnertui.screens.shared.carrier_complaint:complain_about_calls"),
    rows="many",
    refuse=_none_failed,
    roles=STAFF,
    group="Call",
    about=ABOUT,
    leads_to=IN_COMPLAINT,
)
COMPLAINT_OF_INCIDENT = Action(
    "incidents.complaint",
    "Carrier fault report",
    lazy("partnertui.screens.shared.carrier_complaint:complain_about_incident"),
    rows="one",
    group="Incident",
    about=ABOUT,
    leads_to=IN_COMPLAINT,
)
