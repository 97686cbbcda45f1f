"""Live: one row per call in progress, from Kamailio's `dialog` table, with parties, state, codec and customer."""

from __future__ import annotations

from functools import lru_cache

from partnertui.config import Kamailio
from partnertui.db.kamailio.live_calls import live_calls, live_source
from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.domain.call_enums import CallDirection, LiveState
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.kinds import Age, Choice, Country, Identifier, Number
from partnertui.kit.declare.page import Column, Page
from partnertui.screens.shared.call_trace import TRACE
from partnertui.screens.shared.ip_address_actions import address_actions
from partnertui.screens.shared.sip_kinds import CALLER, SipUri

STATES = (("answered", "good"), ("ringing", "info"), ("setup", "muted"))


def source(context: ActionContext) -> Snapshot:
    """Kamailio's dialogs, by the settings; made once."""
    settings = context.services.settings
    return _source(settings.database_url, settings.kamailio, settings.default_country)


@lru_cache(4)
def _source(database_url: str, kamailio: Kamailio, country: str) -> Snapshot:
    return live_source(database_url, kamailio, country)


PAGE = Page(
    rows=live_calls,
    columns=(
        Column("source_number", CALLER, title="From", group="Call"),
        Column("destination_number", Number(), title="To"),
        Column("state", Choice(LiveState, STATES), width=9),
        Column("started_at", Age(), title="Duration", width=10),
        Column("customer", width=22, link="customers"),
        Column("user", width=18, link="users"),
        Column("direction", Choice(CallDirection), width=9),
        Column("codec", width=7, group="Direction"),
        Column("source_name", title="From name", width=18),
        Column("destination_name", title="To name", width=18),
        Column("destination_country", Country(), title="Country", width=8),
        Column("server", width=16),
        Column("caller_contact", SipUri(), title="Caller contact", width=30, shown=False),
        Column("callee_contact", SipUri(), title="Callee contact", width=30, shown=False),
        Column("call_id_a", title="Call-ID", width=28),
        Column("call_id_b", title="Call-ID, second leg", width=28),
        Column("id", Identifier(), shown=False),
    ),
    search=("source_number", "destination_number", "call_id_a"),
    sort="customer",
    title=lambda row: f"{CALLER.text(row['source_number'])} to {Number().text(row['destination_number'])}",
    empty="No calls in progress.",
    actions=(TRACE, *address_actions("caller_contact", "callee_contact")),
    refresh=2,
    source=source,
)
