"""Trial sign-ups: one row per sign-up on a web site, with company, campaign, and the customer that it became."""

from __future__ import annotations

from partnertui.domain.duration_text import short_duration
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Country, Identifier, Ip, Number, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.shared.ip_address_actions import address_actions
from partnertui.screens.trial_sign_ups.convert_sign_up_action import ACTIONS
from partnertui.screens.trial_sign_ups.queries import registrations


def outcome(row: Row) -> str:
    """What became of it, and how long that took or takes."""
    if row["converted_at"] is None:
        return f"no, {short_duration((utc_now() - row['created_at']).total_seconds())} after signing up"
    return f"yes, {short_duration((row['converted_at'] - row['created_at']).total_seconds())} after signing up"


PAGE = Page(
    rows=registrations,
    columns=(
        Column("created_at", Time(seconds=False), title="Signed up", width=16, group="Sign-up"),
        Column("name", width=20),
        Column("company", width=22),
        Column("product", width=14),
        Column("customer", title="Customer", width=22, link="customers"),
        Column("converted_at", Time(seconds=False), title="Converted on", width=16, shown=False),
        Column("email", title="E-mail", width=28, group="Contact"),
        Column("phone", Number()),
        Column("country", Country(), width=9),
        Column("ip", Ip(), title="IP", group="Origin"),
        Column("campaign", width=18),
        Column("referrer", width=26),
        Column("user_agent", width=28),
        Column("id", Identifier(), shown=False, group="Sign-up"),
    ),
    find=("name", "company", "email", "phone", "ip"),
    search=("name", "company", "email", "phone"),
    sort="-created_at",
    actions=(*ACTIONS, *address_actions("ip")),
    facts=(Fact("Converted", outcome, "Sign-up", lambda row: "good" if row["converted_at"] else "muted"),),
    title=lambda row: row["company"] or row["name"],
    table="registrations",
    empty="No sign-ups yet.",
)
