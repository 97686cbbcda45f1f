"""DDIs: one row per phone number, with state, customer, routing target and fees."""

from __future__ import annotations

from partnertui.domain.pbx_enums import DdiState, TargetType
from partnertui.kit.declare.kinds import Choice, Country, Flag, Identifier, Money, Number, Time
from partnertui.kit.declare.page import Column, Page, Panel
from partnertui.screens.ddis.actions import ACTIONS
from partnertui.screens.ddis.queries import ddis
from partnertui.screens.shared.explain_call_routing import EXPLAIN_TO_IT
from partnertui.screens.shared.routing_steps import target_of

STATE_ROLES = (("active", "good"), ("reserved", "info"), ("quarantined", "warn"), ("free", "muted"))

PAGE = Page(
    rows=ddis,
    columns=(
        Column("number", Number(), group="Number"),
        Column("country", Country(), width=9, priority=3),
        Column("area", width=14, priority=3),
        Column("state", Choice(DdiState, STATE_ROLES), width=11, priority=1),
        Column("customer", width=22, link="customers", priority=1),
        Column("route_type", Choice(TargetType), title="Routes to", group="Route", priority=1),
        Column("target", width=20, priority=1, leads=target_of),
        Column("monthly_fee", Money(), title="Monthly", group="Money"),
        Column("setup_fee", Money(), title="Set-up"),
        Column("in_unlimited_plan", Flag(), title="In unlimited plan", width=17),
        Column("special_case", Flag(), width=12, shown=False),
        Column("billing_starts_at", Time(seconds=False), title="Billed from", width=16),
        Column("price", width=24, shown=False, link="prices"),
        Column("quarantined_until", Time(seconds=False), width=16, shown=False, group="State"),
        Column("pattern_reason", title="Pattern not checked", width=24, shown=False),
        Column("created_at", Time(seconds=False), title="Created", width=16, shown=False),
        Column("id", Identifier()),
    ),
    find=("number",),
    search=("number", "area", "target"),
    sort="number",
    actions=(*ACTIONS, EXPLAIN_TO_IT),
    panels=(Panel("Calls", "cdr", "ddi_id", columns=("started_at", "source_number", "disposition")),),
    title=lambda row: Number().long_text(row["number"]),
    table="ddis",
    empty="No numbers yet: {key:ddis.add} adds a number or a range to a customer.",
)
