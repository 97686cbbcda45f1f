"""The Customer phones screen."""

from __future__ import annotations

from partnertui.db.models import CustomerPhone, PhoneModel, User
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.types import Query
from partnertui.kit.declare.kinds import Age, Identifier, Ip, Mac, Row, Time
from partnertui.kit.declare.page import Column, Fact, Page, Panel
from partnertui.screens.shared.address_actions import address_actions
from partnertui.screens.shared.kinds import SipUri


def phones() -> Query:
    """Phones with model and user."""
    columns = (
        CustomerPhone.mac,
        (PhoneModel.make + " " + PhoneModel.model).label("model"),
        CustomerPhone.phone_model_id,
        CustomerPhone.phone_model_id.label("model_id"),
        CustomerPhone.vendor,
        CustomerPhone.firmware,
        PhoneModel.firmware.label("newest_firmware"),
        CustomerPhone.last_provisioned_at,
        CustomerPhone.last_provisioned_ip,
        CustomerPhone.last_provisioned_agent,
        CustomerPhone.created_at,
        CustomerPhone.user_id,
        User.name.label("user"),
        (User.sip_username + "@" + User.sip_domain).label("aor"),
    )
    return (
        list_query(CustomerPhone, *columns)
        .join(PhoneModel, PhoneModel.id == CustomerPhone.phone_model_id)
        .outerjoin(User, User.id == CustomerPhone.user_id)
    )


def outdated(row: Row) -> str:
    """Whether the phone runs what is provisioned today."""
    if not row["firmware"] or not row["newest_firmware"] or row["firmware"] == row["newest_firmware"]:
        return ""
    return f"differs from the currently provisioned version: {row['newest_firmware']}"


PAGE = Page(
    rows=phones,
    columns=(
        Column("id", Identifier(), group="Phone"),
        Column("mac", Mac(), title="MAC"),
        Column("model", width=22, link="phone-models"),
        Column("customer", width=22, link="customers"),
        Column("user", width=18, link="users"),
        Column("firmware", width=14),
        Column("vendor", width=18),
        Column("aor", SipUri(), title="AOR", width=24),
        Column("last_provisioned_at", Age(), title="Provisioned", width=13, group="Last provisioned"),
        Column("last_provisioned_ip", Ip(), title="From IP"),
        Column("last_provisioned_agent", title="User agent", width=26),
        Column("created_at", Time(seconds=False), title="Added", width=16, shown=False),
    ),
    find=("mac", "last_provisioned_ip"),
    search=("model", "user"),
    sort="mac",
    actions=address_actions("last_provisioned_ip"),
    facts=(Fact("Firmware status", outdated, "Phone", lambda row: "warn"),),
    panels=(
        Panel("Registrations", "sip-locations", "user_id", "user_id", columns=("aor", "expires_at", "user_agent")),
        Panel("Calls", "cdr", "user_id", "user_id", columns=("started_at", "destination_number", "disposition")),
    ),
    title=lambda row: f"{row['model']} {Mac().text(row['mac'])}",
    table="customer_phones",
    empty="No phones yet.",
)
