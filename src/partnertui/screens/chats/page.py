"""Chats: one row per web chat, with visitor, operator, duration and number of messages; the text isn't selected."""

from __future__ import annotations

from partnertui.domain.portal_and_chat_enums import ChatState
from partnertui.kit.declare.kinds import Choice, Count, Country, Identifier, Ip, Row, Seconds, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.chats.queries import chats
from partnertui.screens.chats.read_text_action import READ
from partnertui.screens.shared.ip_address_actions import address_actions

STATE_ROLES = (("waiting", "warn"), ("open", "good"), ("closed", "muted"), ("missed", "bad"))


def text_words(row: Row) -> str:
    """Where the text is, or when it was destroyed."""
    if row["text_destroyed_at"] is not None:
        return f"destroyed on {Time(seconds=False).text(row['text_destroyed_at'])}, when its retention period ended"
    if not row["has_text"]:
        return "not stored"
    return "stored encrypted; reading it requires a reason and is recorded"


PAGE = Page(
    rows=chats,
    columns=(
        Column("started_at", Time(seconds=False), title="Started", width=16, group="Chat"),
        Column("state", Choice(ChatState, STATE_ROLES), width=8, priority=1),
        Column("visitor_name", title="Visitor", width=16, group="Visitor", priority=1),
        Column("customer", width=16, link="customers", priority=1),
        Column("user", width=18, link="users", shown=False),
        Column("operator_name", title="Operator", width=16, group="Chat"),
        Column("duration", Seconds(), width=8),
        Column("messages", Count()),
        Column("web_site", title="Website", width=18),
        Column("ip", Ip(), title="IP", group="Visitor", priority=1),
        Column("country", Country(), width=9),
        Column("city", width=14),
        Column("email", title="E-mail", width=26),
        Column("user_agent", width=28, group="Browser"),
        Column("referrer", width=28),
        Column("id", Identifier(), shown=False, group="Chat"),
    ),
    find=("visitor_name", "email", "ip"),
    search=("visitor_name", "email", "ip", "operator_name"),
    sort="-started_at",
    actions=(READ, *address_actions("ip")),
    facts=(Fact("Text", text_words, "Chat"),),
    title=lambda row: row["visitor_name"] or row["email"] or f"{row['id']}",
    table="chats",
    empty="No chats yet.",
)
