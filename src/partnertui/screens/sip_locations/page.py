"""SIP locations: one row per registered contact, with AOR, user, user agent, transport, NAT and expiry."""

from __future__ import annotations

from partnertui.db.kamailio.registration_source import registrations
from partnertui.domain.evidence import EvidenceKind
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Age, Flag, Identifier, Integer, Remaining, Row, Text, Time
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.screens.shared.attach_row_action import attach_action
from partnertui.screens.shared.ip_address_actions import address_actions
from partnertui.screens.shared.mtr import mtr_action
from partnertui.screens.shared.sip_kinds import SipUri
from partnertui.screens.sip_locations.actions import ACTIONS
from partnertui.screens.sip_locations.source import source


def expired(row: Row) -> bool:
    """True where calls no longer reach the phone."""
    return row["expires_at"] is not None and row["expires_at"] <= utc_now()


def nat_words(row: Row) -> str:
    """What the two addresses say of the way to the phone."""
    if not row["nat"]:
        return ""
    return "the phone's public address differs from its local one: only the proxy that holds the binding can reach it"


PAGE = Page(
    rows=registrations,
    columns=(
        Column("aor", SipUri(), title="AOR", width=24, group="Phone"),
        Column("expires_at", Remaining(warn_below=120), title="Expires in", width=14, priority=1),
        Column("customer", width=20, link="customers"),
        Column("user", width=18, link="users", priority=1),
        Column("user_agent", Text(), width=22),
        Column("transport", width=9, title="Transport", group="Network"),
        Column("nat", Flag(yes_role="warn"), title="NAT", width=5, priority=3),
        Column("contact", SipUri(), width=30),
        Column("received", SipUri(), width=26, title="Received from"),
        Column("path", SipUri(), width=20),
        Column("socket", width=24),
        Column("last_modified", Age(), title="Last change", width=11, group="Registration"),
        Column("registered_since", Time(seconds=False), sortable=False, shown=False),
        Column("call_id", title="Call-ID", width=24),
        Column("cseq", Integer(), title="CSeq", width=6, shown=False),
        Column("methods", Integer(), title="Methods (bits)", shown=False),
        Column("instance", shown=False),
        Column("server_id", Integer(), title="Server", width=7),
        Column("id", Identifier(), shown=False),
    ),
    search=("aor", "contact", "user_agent"),
    sort="aor",
    actions=(
        *ACTIONS,
        attach_action("sip-locations", EvidenceKind.PHONE),
        mtr_action("received", "contact"),
        *address_actions("received", "contact"),
    ),
    facts=(Fact("NAT", nat_words, "Network", lambda row: "warn"),),
    title=lambda row: row["aor"],
    empty="No phones registered. `partnertui doctor` checks Kamailio's tables.",
    refresh=10,
    row_role=lambda row: "muted" if expired(row) else "",
    source=source,
)
