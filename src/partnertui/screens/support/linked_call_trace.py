"""*Trace* in a ticket: opens the trace of a linked call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from partnertui.db.tickets.links import links_of
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row, Time
from partnertui.kit.terminal.safe_text import one_line
from partnertui.kit.widgets.picker import Item, Picker
from partnertui.screens.shared.call_trace import TRACE
from partnertui.screens.shared.call_trace.actions import call_ids, open_call

if TYPE_CHECKING:
    from sqlalchemy import Connection

CALLS = "cdr"


def trace_linked_call(context: ActionContext) -> None:
    """Opens the trace of the linked call; of several, asks for one, the newest link first."""
    services, ticket = context.services, (context.row or {}).get("id")

    def read(connection: Connection) -> list[Row]:
        return linked_calls(connection, ticket, context)

    def found(calls: list[Row]) -> None:
        if not calls:
            services.notify(
                "No call with a Call-ID is linked to this ticket: {key:support.link} links one of the customer's.",
                "warn",
            )
        elif len(calls) == 1:
            _open(context, calls[0])
        else:
            items = [Item(call, _label(call, context), _detail(call)) for call in calls]
            services.show_dialog(Picker(services, "Trace which call?", items), lambda call: _open(context, call))

    services.read(context.view, "linked calls", read, found, opens=True)


def linked_calls(connection: Connection, ticket: int | None, context: ActionContext) -> list[Row]:
    """The calls that a ticket is linked to, newest link first; for a Call-ID without a CDR, that alone."""
    from partnertui.db.rows.listing import Listing, Sort
    from partnertui.db.rows.source import fetch_row
    from partnertui.kit.declare.partner_row_filter import own_joins, own_rows
    from partnertui.kit.views.page_row_source import source_of

    page, operator = context.services.catalog.page(CALLS), context.operator
    source = source_of(page, context)
    listing = Listing(own_joins(page, operator), Sort.parse(page.sort), own_rows(page, operator))
    found: list[Row] = []
    for link in reversed(links_of(connection, ticket or 0)):
        row: Row | None = None
        if link["object_table"] == "cdrs":
            row = fetch_row(source, connection, listing, link["object_id"])
        elif link["object_table"] == "call_ids":
            row = {"call_id_a": link["value"]}
        if row is not None and call_ids(row):
            found.append(row)
    return found


def _open(context: ActionContext, call: Row) -> None:
    open_call(replace(context, screen=CALLS, row=call, rows=(call,)), _label(call, context))


def _label(call: Row, context: ActionContext) -> str:
    if "id" not in call:
        return f"Call-ID {one_line(call['call_id_a'], 60)}"
    return context.services.catalog.page(CALLS).title(call)


def _detail(call: Row) -> str:
    if "id" not in call:
        return "not in the call list"
    return f"{call['disposition']}  {Time().text(call['started_at'], call)}"


TRACE_LINKED = Action(
    "support.trace",
    "Trace the call that the ticket is about",
    trace_linked_call,
    TRACE.keys,
    "trace",
    rows="one",
    group="Ticket",
    about="a linked call; its trace can be attached to the ticket",
    leads_to=TRACE.leads_to,
    preload=TRACE.preload,
)
