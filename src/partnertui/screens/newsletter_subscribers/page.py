"""Newsletter subscribers: one row per address, with site, language, and when it was unsubscribed."""

from __future__ import annotations

from partnertui.domain.duration_text import short_duration
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Flag, Identifier, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.newsletter_subscribers.queries import subscribers


def length(row: Row) -> str:
    """How long the subscription has lasted, or lasted."""
    end = row["unsubscribed_at"] or utc_now()
    words = short_duration((end - row["since"]).total_seconds())
    return f"unsubscribed after {words}; nothing may be sent" if row["unsubscribed_at"] else f"subscribed for {words}"


PAGE = Page(
    rows=subscribers,
    columns=(
        Column("email", title="E-mail", width=30, group="Subscriber"),
        Column("name", width=20),
        Column("customer", width=22, link="customers"),
        Column("site", width=18, group="Newsletter"),
        Column("language", width=8),
        Column("subscribed", Flag(yes_role="good"), title="Subscribed", width=10),
        Column("since", Time(seconds=False), width=16),
        Column("unsubscribed_at", Time(seconds=False), title="Unsubscribed", width=16),
        Column("id", Identifier(), shown=False, group="Subscriber"),
    ),
    find=("email",),
    search=("email", "name", "customer"),
    sort="email",
    facts=(Fact("Newsletter", length, "Newsletter"),),
    title=lambda row: row["email"],
    table="subscribers",
    empty="No subscribers yet.",
    row_role=lambda row: "muted" if row["unsubscribed_at"] else "",
)
