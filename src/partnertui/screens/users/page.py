"""The Users screen."""

from __future__ import annotations

from partnertui.domain.customers import UserRole, UserState
from partnertui.domain.telephony import TargetType
from partnertui.kit.declare.kinds import Age, Choice, Identifier, Number, Time
from partnertui.kit.declare.page import Column, Page, Panel
from partnertui.screens.shared.kinds import SipUri
from partnertui.screens.shared.who_leads_here import WHO_LEADS_HERE, read_referrers
from partnertui.screens.users.queries import users

PAGE = Page(
    rows=users,
    columns=(
        Column("id", Identifier(), group="User"),
        Column("name", width=22),
        Column("extension", width=6, title="Ext"),
        Column("state", Choice(UserState, (("active", "good"), ("suspended", "warn")))),
        Column("customer", width=22, link="customers"),
        Column("email", title="E-mail", width=28),
        Column("role", Choice(UserRole)),
        Column("product", width=16),
        Column("aor", SipUri(), title="AOR", group="Telephony"),
        Column("caller_id_number", Number(), title="Caller ID"),
        Column("mobile", Number(), shown=False),
        Column("department", shown=False),
        Column("last_login_at", Age(), title="Last login", group="Account"),
        Column("created_at", Time(seconds=False), title="Created", width=16),
    ),
    find=("name", "email", "extension", "aor", "caller_id_number", "mobile"),
    search=("name", "email", "extension"),
    sort="name",
    panels=(
        Panel("Phones", "sip-locations", "user_id", columns=("aor", "expires_at", "user_agent"), limit=3),
        Panel("DDIs", "ddis", "user_id", columns=("number", "state")),
        Panel("Calls", "cdr", "user_id", columns=("started_at", "source_number", "destination_number", "disposition")),
    ),
    detail=read_referrers(TargetType.USER, TargetType.VOICEMAIL),
    drawings=(WHO_LEADS_HERE,),
    title=lambda row: row["name"],
    table="users",
    empty="No users yet.",
)
