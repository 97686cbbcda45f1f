"""Users: one row per user of a customer, with extension, state, role, SIP account and last login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnertui.domain.customer_and_user_enums import UserRole, UserState
from partnertui.domain.pbx_enums import TargetType
from partnertui.domain.provisioning_status import OFF, UNKNOWN
from partnertui.kit.declare.kinds import Age, Choice, Identifier, Number, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel
from partnertui.screens.shared.routed_here import ROUTED_HERE, read_referrers
from partnertui.screens.shared.sip_kinds import SipUri
from partnertui.screens.users.actions import ACTIONS
from partnertui.screens.users.queries import users

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from partnertui.domain.provisioning_status import SwitchState


STATE_ROLES = (("active", "good"), ("invited", "info"), ("disabled", "muted"), ("locked", "warn"))


def read_switch(connection: Connection, row: Row) -> dict[str, Any]:
    """What is known of the user's account on the switch."""
    from partnertui.db.provisioning.outbox_status import read_switch_state  # the mapped models, after the first frame

    return {"switch": read_switch_state(connection, row["id"])}


def on_switch(row: Row) -> tuple[str, str]:
    """Whether the account is on the switch, in words, with their colour role; nothing before that was read."""
    if row.get("provisioning", "off") != "write":
        return OFF
    if "switch" not in row:
        return "", ""
    state: SwitchState | None = row["switch"]
    return state.words(Time(seconds=False).text) if state is not None else UNKNOWN


PAGE = Page(
    rows=users,
    columns=(
        Column("id", Identifier(), group="User"),
        Column("name", width=22),
        Column("extension", width=6, title="Ext"),
        Column(
            "state",
            Choice(UserState, STATE_ROLES),
        ),
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
    actions=ACTIONS,
    record="partnertui.screens.users.record:UserView",
    facts=(Fact("On the switch", lambda row: on_switch(row)[0], "Telephony", lambda row: on_switch(row)[1]),),
    panels=(
        Panel("Phones", "sip-locations", "user_id", columns=("aor", "expires_at", "user_agent"), limit=3),
        Panel("DDIs", "ddis", "user_id", columns=("number", "state")),
        Panel("Calls", "cdr", "user_id", columns=("started_at", "source_number", "destination_number", "disposition")),
    ),
    detail=read_referrers(TargetType.USER, TargetType.VOICEMAIL, also=read_switch),
    drawings=(ROUTED_HERE,),
    title=lambda row: row["name"],
    table="users",
    empty="No users yet: {key:users.add} adds one.",
)
