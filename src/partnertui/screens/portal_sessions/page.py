"""Portal sessions: one row per login to the customer or partner portal, with user, page, IP and last activity."""

from __future__ import annotations

from partnertui.db.rows.filter_criteria import Equals
from partnertui.domain.duration_text import short_duration
from partnertui.domain.portal_and_chat_enums import SessionKind
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Age, Choice, Country, Identifier, Ip, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Tab
from partnertui.screens.portal_sessions.actions import ACTIONS
from partnertui.screens.portal_sessions.queries import sessions
from partnertui.screens.shared.ip_address_actions import address_actions

IDLE = 1800
"""Seconds without a request after which a session is probably abandoned."""


def idle(row: Row) -> bool:
    """True where nothing was asked for lately."""
    return bool((utc_now() - row["last_seen_at"]).total_seconds() > IDLE)


def length(row: Row) -> str:
    """How long it has lasted."""
    words = short_duration((row["last_seen_at"] - row["started_at"]).total_seconds())
    return f"{words}, inactive (probably gone)" if idle(row) else f"{words}, active"


PAGE = Page(
    rows=sessions,
    columns=(
        Column("user_name", title="Logged in as", width=28, group="User"),
        Column("user", width=18, link="users", priority=3),
        Column("customer", width=22, link="customers", priority=1),
        Column("partner", width=16, priority=3),
        Column("kind", Choice(SessionKind), title="Portal", width=9, shown=False, group="Session"),
        Column("page", width=20),
        Column("last_seen_at", Age(), title="Last seen", width=10, priority=1),
        Column("started_at", Time(seconds=False), title="Started", width=16),
        Column("ip", Ip(), title="IP", group="From", priority=1),
        Column("country", Country(), width=9),
        Column("user_agent", width=30),
        Column("id", Identifier(), shown=False, group="Session"),
    ),
    find=("user_name", "ip"),
    search=("user_name", "user", "ip", "customer"),
    sort="-last_seen_at",
    tabs=(
        Tab("Frontend", (Equals("kind", SessionKind.FRONTEND),)),
        Tab("Partners", (Equals("kind", SessionKind.PARTNERS),)),
    ),
    actions=(*ACTIONS, *address_actions("ip")),
    facts=(Fact("Duration", length, "Session"),),
    title=lambda row: row["user_name"],
    table="web_sessions",
    empty="No one is logged in to this portal.",
    refresh=15,
    row_role=lambda row: "muted" if idle(row) else "",
)
