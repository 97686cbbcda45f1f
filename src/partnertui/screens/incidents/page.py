"""Incidents: one row per group of failed calls or lost registrations with one cause in common, and whom it hit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from partnertui.db.incidents.details import incident_details
from partnertui.db.incidents.words import sentence
from partnertui.db.models import IncidentFailure, IncidentRecord, Ticket
from partnertui.db.rows.filter_criteria import Equals
from partnertui.db.rows.note_count import note_count
from partnertui.db.rows.type_aliases import Query, Row
from partnertui.domain.incidents import IncidentState, SharedBy
from partnertui.domain.ticket_enums import DONE
from partnertui.kit.declare.kinds import Age, Choice, Count, Identifier, Time
from partnertui.kit.declare.page import Column, Drawing, Fact, Page, Tab
from partnertui.screens.incidents.actions import ACTIONS
from partnertui.screens.incidents.lines import call_lines, customer_lines, ticket_lines
from partnertui.screens.shared.carrier_complaint_actions import COMPLAINT_OF_INCIDENT

STATES = (("open", "bad"), ("ended", "muted"))


def incidents() -> Query:
    """Incidents with how many open tickets their customers have."""
    hit = select(IncidentFailure.customer_id).where(IncidentFailure.incident_id == IncidentRecord.id)
    tickets = (
        select(func.count())
        .select_from(Ticket)
        .where(
            Ticket.customer_id.in_(hit.correlate(IncidentRecord)),
            Ticket.created_at >= IncidentRecord.first_at,
            Ticket.state.not_in(list(DONE)),
        )
        .correlate(IncidentRecord)
        .scalar_subquery()
    )
    names = ("shared_by", "value", "verdict", "also", "state", "first_at", "last_at", "ended_at")
    figures = ("failures", "customers", "attempts", "answered_at", "version")
    columns = (getattr(IncidentRecord, name) for name in (*names, *figures))
    return select(IncidentRecord.id, *columns, tickets.label("tickets"), note_count(IncidentRecord))


def detail(connection: Connection, row: Row) -> dict[str, Any]:
    """The calls, customers and tickets of an incident."""
    return incident_details(connection, row["id"], row["first_at"])


def also(row: Row) -> str:
    """What else all failures share."""
    return str(row["also"] or "")


PAGE = Page(
    rows=incidents,
    columns=(
        Column("state", Choice(IncidentState, STATES), width=6, group="Incident", priority=1),
        Column("shared_by", Choice(SharedBy), title="In common", width=12, priority=1),
        Column("value", title="Value", width=20, priority=1),
        Column("verdict", width=22, priority=1),
        Column("failures", Count(), width=8, priority=1),
        Column("customers", Count(), width=9, priority=2),
        Column("tickets", Count(), title="Open tickets", width=12, sortable=False),
        Column("last_at", Age(), title="Last failure", width=12),
        Column("first_at", Time(), title="First failure", width=19),
        Column("ended_at", Time(), title="Ended", width=19),
        Column(
            "attempts",
            Count(),
            shown=False,
            about="All call attempts with this value, failed or not, when the incident was detected.",
        ),
        Column("id", Identifier(), shown=False),
    ),
    find=("value",),
    search=("value", "verdict"),
    sort="-last_at",
    tabs=(Tab("Open", (Equals("state", IncidentState.OPEN),)), Tab("All")),
    facts=(Fact("Summary", sentence), Fact("Also in common", also)),
    drawings=(Drawing("Tickets", ticket_lines), Drawing("Customers", customer_lines), Drawing("Failures", call_lines)),
    detail=detail,
    title=lambda row: f"{row['shared_by']} {row['value']}: {row['verdict']}",
    actions=(*ACTIONS, COMPLAINT_OF_INCIDENT),
    table="incidents",
    scope="",
    owner="",
    refresh=15,
    row_role=lambda row: "" if row["state"] == IncidentState.OPEN else "muted",
    empty="No open incidents. `partnertui incidents --interval 20` detects them continuously.",
)
