"""Customers: one row per customer, with company, status, credit, price plan, address and VAT number."""

from __future__ import annotations

from partnertui.domain.customer_and_user_enums import CustomerStatus, TourState, XmppStatus
from partnertui.domain.vat_numbers import VatState
from partnertui.kit.declare.kinds import (
    Choice,
    Count,
    Country,
    Flag,
    Identifier,
    Money,
    Number,
    Remaining,
    Row,
    Time,
)
from partnertui.kit.declare.page import Column, Fact, Page, Panel
from partnertui.screens.customers.actions import ACTIONS
from partnertui.screens.customers.queries import customers

STATUS_ROLES = (
    ("active", "good"),
    ("trial", "info"),
    ("suspended", "warn"),
    ("blocked", "bad"),
    ("cancelled", "muted"),
)

VAT_ROLES = (("valid", "good"), ("invalid", "bad"), ("unknown", "warn"))


def credit_words(row: Row) -> str:
    """What the credit means for the customer's calls."""
    if row["credit"] + row["credit_limit"] <= 0:
        return "used up: chargeable calls are refused"
    return "overdrawn, within the credit limit" if row["credit"] < 0 else ""


PAGE = Page(
    rows=customers,
    columns=(
        Column("id", Identifier(), group="Company"),
        Column("company", width=28, priority=1),
        Column("status", Choice(CustomerStatus, STATUS_ROLES), width=9, priority=1),
        Column("blocked_reason", shown=False),
        Column("contact"),
        Column("email", title="E-mail", width=26, priority=3),
        Column("phone", Number()),
        Column("partner", width=14, priority=3),
        Column("country", Country(), group="Billing address"),
        Column("street", shown=False),
        Column("street2", title="Street, line 2", shown=False),
        Column("postcode", shown=False),
        Column("city", shown=False),
        Column("state", title="State or county", shown=False),
        Column("vat_number", shown=False),
        Column("vat_state", Choice(VatState, VAT_ROLES), title="VAT status", shown=False),
        Column("vat_answered_at", Time(seconds=False), title="VIES response date", shown=False),
        Column("vat_answer", title="VIES response", shown=False),
        Column("vat_asked_at", Time(seconds=False), title="VIES queried", shown=False),
        Column("credit", Money(), group="Money", priority=1),
        Column("credit_limit", Money(), shown=False),
        Column("currency", width=5, priority=3),
        Column("price_plan", width=16),
        Column("unlimited_minutes_left", Count(unit="min"), title="Minutes left", width=9),
        Column("trial_ends_at", Remaining(past="ended"), title="Trial ends", shown=False),
        Column("auto_top_up", Flag(), title="Auto top-up", shown=False),
        Column("top_up_threshold", Money(), title="Top-up threshold", shown=False),
        Column("top_up_amount", Money(), title="Top-up amount", shown=False),
        Column("created_at", Time(seconds=False), title="Created", width=16, group="Account"),
        Column("sip_domain", title="SIP domain", shown=False),
        Column("max_channels", Count(), title="Max concurrent calls", shown=False),
        Column("caller_id_number", Number(), title="Caller ID", shown=False),
        Column("international_calls", Flag(), shown=False),
        Column("premium_calls", Flag(), shown=False),
        Column("language", shown=False),
        Column("time_zone", shown=False),
        Column("invoice_email", title="Invoices to", shown=False),
        Column("purchase_order", shown=False),
        Column("external_reference", title="Customer reference", shown=False),
        Column("newsletter", Flag(), shown=False),
        Column("xmpp_status", Choice(XmppStatus, (("failed", "bad"),)), title="XMPP", shown=False),
        Column("tour_state", Choice(TourState), title="Introduction tour", shown=False),
    ),
    find=("company", "contact", "email", "phone", "id", "vat_number", "external_reference"),
    search=("company", "contact", "email"),
    sort="company",
    actions=ACTIONS,
    panels=(
        Panel("Users", "users", columns=("name", "extension", "state", "email")),
        Panel("Endpoints", "sip-locations", columns=("aor", "expires_at", "user_agent"), limit=6),
        Panel("DDIs", "ddis", columns=("number", "state", "target")),
        Panel("Tickets", "support", columns=("number", "state", "subject")),
        Panel("Calls", "cdr", columns=("started_at", "source_number", "destination_number", "disposition")),
    ),
    facts=(Fact("Credit status", credit_words, "Money", lambda row: "bad" if row["credit"] < 0 else ""),),
    title=lambda row: row["company"],
    table="customers",
    scope="id",
    record="partnertui.screens.customers.record:CustomerView",
    empty="No customers yet: {key:customers.add} adds one.",
    row_role=lambda row: "muted" if row["status"] == CustomerStatus.CANCELLED else "",
)
