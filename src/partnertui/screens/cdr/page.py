"""CDR: one row per finished call of a customer, with parties, disposition, SIP code, duration, charge and quality."""

from __future__ import annotations

from partnertui.calls.mos import mos_rating
from partnertui.calls.quality_limits import LONG_PDD_MS, MOS_BAD, MOS_WARN
from partnertui.db.rows.filter_criteria import Equals
from partnertui.domain.call_enums import CallDirection, Disposition, HungUpBy, LegCategory
from partnertui.domain.evidence import EvidenceKind
from partnertui.domain.rating.rating_state import RatingState
from partnertui.kit.declare.kinds import (
    Choice,
    Country,
    Hundredths,
    Identifier,
    Ip,
    Milliseconds,
    Money,
    Number,
    Row,
    Seconds,
    Time,
)
from partnertui.kit.declare.page import Column, Drawing, Fact, ListPreset, Page, Tab
from partnertui.screens.cdr.queries import cdrs, charged, ledger_lines
from partnertui.screens.cdr.rate_action import RATE
from partnertui.screens.cdr.troubleshooting_actions import WHAT_CHANGED
from partnertui.screens.shared.attach_row_action import attach_action
from partnertui.screens.shared.call_trace import TRACE
from partnertui.screens.shared.call_trace.compare_action import COMPARE
from partnertui.screens.shared.capture_file import OPEN
from partnertui.screens.shared.carrier_complaint_actions import COMPLAINT_OF_CALLS
from partnertui.screens.shared.explain_charge import EXPLAIN_CHARGE, charge_lines
from partnertui.screens.shared.ip_address_actions import address_actions
from partnertui.screens.shared.mtr import mtr_action
from partnertui.screens.shared.sip_kinds import CALLER, Cause, Code

RESULT_ROLES = (
    ("answered", "good"),
    ("no answer", "warn"),
    ("busy", "warn"),
    ("rejected", "bad"),
    ("congestion", "bad"),
    ("failed", "bad"),
)
RESULT = Choice(
    Disposition,
    RESULT_ROLES,
    groups=(("failed", (Disposition.FAILED, Disposition.REJECTED, Disposition.CONGESTION)),),
    left_out="not busy, no answer, cancelled",
)
"""A call has failed for an agent if the platform or a network did not put it through."""
RATING_ROLES = (("no price", "bad"), ("other currency", "bad"), ("included", "good"), ("not billable", "muted"))
RATING_ABOUT = "whether the call is priced; “partnertui rate” charges calls without a price once a price is added"
BAD, WARN = round(MOS_BAD * 100), round(MOS_WARN * 100)
"""Limits of MOS, in hundredths."""


def mos_words(row: Row) -> str:
    """How the call sounded."""
    mos = row["mos"]  # in hundredths
    return "" if mos is None else mos_rating(mos / 100)


PAGE = Page(
    rows=cdrs,
    columns=(
        Column("started_at", Time(), title="Start", group="Call"),
        Column("disposition", RESULT, title="Result", width=10, also=("status",), priority=1),
        Column("source_number", CALLER, title="From", priority=1),
        Column("destination_number", Number(), title="To", priority=1),
        Column("sip_code", Code(), title="SIP", width=12),
        Column("duration", Seconds(), width=8),
        Column("customer", width=14, link="customers", priority=1),
        Column("user", width=18, link="users"),
        Column("charge", Money(exact=True), width=11, group="Money"),
        Column("billed_seconds", Seconds(), title="Billed", width=8),
        Column("rate", Money(exact=True), title="Rate/min", width=10),
        Column("rating", Choice(RatingState, RATING_ROLES), title="Rating", width=12, about=RATING_ABOUT),
        Column("covered_seconds", Seconds(), title="Included", width=10, sortable=False, shown=False),
        Column("direction", Choice(CallDirection), width=9, group="Numbers"),
        Column("source_name", title="From name", width=18),
        Column("destination_name", title="To name", width=18),
        Column("destination_country", Country(), title="Country", width=8),
        Column("prefix_name", title="Prefix", width=18),
        Column("ddi", Number(), title="DDI", link="ddis", sortable=False, shown=False),
        Column("q850_cause", Cause(), title="Q.850", width=6, group="End of call"),
        Column("hung_up_by", Choice(HungUpBy), title="Hung up by", width=11),
        Column("pdd_ms", Milliseconds(bad_above=LONG_PDD_MS), title="PDD", width=8, group="Quality"),
        Column("mos", Hundredths(bad_below=BAD, warn_below=WARN), title="MOS", width=5),
        Column("codec", width=7),
        Column("source_user_agent", title="From device", width=22, group="Technical"),
        Column("source_ip", Ip(), title="From IP"),
        Column("destination_user_agent", title="To device", width=22),
        Column("destination_ip", Ip(), title="To IP"),
        Column("call_id_a", title="Call-ID", width=26),
        Column("call_id_b", title="Call-ID, second leg", width=26),
        Column("server", width=12),
        Column("id", Identifier()),
        Column("origin", title="Source", width=22, shown=False),
    ),
    find=("source_number", "destination_number", "=call_id_a", "=call_id_b", "source_ip", "destination_ip"),
    search=("source_number", "destination_number"),
    sort="-started_at",
    actions=(
        TRACE,
        COMPARE,
        EXPLAIN_CHARGE,
        WHAT_CHANGED,
        COMPLAINT_OF_CALLS,
        RATE,
        OPEN,
        attach_action("cdr", EvidenceKind.CALL),
        mtr_action("source_ip", "destination_ip"),
        *address_actions("source_ip", "destination_ip"),
    ),
    tabs=(
        Tab("All"),
        *(Tab(category.value.capitalize(), (Equals("category", category),)) for category in LegCategory),
    ),
    presets=(
        ListPreset("Missed today", "start:today", "Missed"),
        ListPreset("No price", "rating:no_price,other_currency"),
        ListPreset("Failed today", "start:today result:rejected,congestion,failed"),
    ),
    facts=(Fact("Quality", mos_words, "Quality", lambda row: "bad" if (row["mos"] or 500) < BAD else ""),),
    detail=ledger_lines,
    drawings=(Drawing("Charge", charge_lines), Drawing("On the statement", charged)),
    table="cdrs",
    title=lambda row: f"{CALLER.text(row['source_number'])} to {Number().text(row['destination_number'])}",
    empty="No calls yet. `partnertui sync` imports finished calls from the switch.",
)
