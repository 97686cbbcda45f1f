"""Customer phones: one row per desk phone, with MAC address, model, user, firmware, and whether it is registered."""

from __future__ import annotations

from sqlalchemy import null, type_coerce

from partnertui.db.models import CustomerPhone, PhoneModel, User
from partnertui.db.models.types import Str
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.phone_status import Configuration, RegisteredNow
from partnertui.kit.declare.kinds import Age, Identifier, Ip, Mac, Time
from partnertui.kit.declare.page import Column, Page, Panel
from partnertui.screens.customer_phones.actions import ACTIONS
from partnertui.screens.customer_phones.column_kinds import (
    CONFIGURATION_ROLES,
    FACTS,
    REGISTERED_ROLES,
    Configured,
    MakerName,
    Registered,
    read_maker,
)
from partnertui.screens.customer_phones.source import source
from partnertui.screens.shared.ip_address_actions import address_actions
from partnertui.screens.shared.sip_kinds import SipUri


def phones() -> Query:
    """Phones with model and user."""
    columns = (
        CustomerPhone.mac,
        (PhoneModel.make + " " + PhoneModel.model).label("model"),
        PhoneModel.make,
        PhoneModel.model.label("model_name"),
        PhoneModel.ouis,
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
        type_coerce(null(), Str).label("registered"),  # this one and the next are filled in by the source
        type_coerce(null(), Str).label("configuration"),
        User.name.label("user"),
        (User.sip_username + "@" + User.sip_domain).label("aor"),
    )
    return (
        list_query(CustomerPhone, *columns)
        .join(PhoneModel, PhoneModel.id == CustomerPhone.phone_model_id)
        .outerjoin(User, User.id == CustomerPhone.user_id)
    )


PAGE = Page(
    rows=phones,
    columns=(
        Column("id", Identifier(), priority=3, group="Phone"),
        Column("mac", Mac(), title="MAC", priority=1),
        Column("model", width=20, link="phone-models"),
        Column("customer", width=17, link="customers", priority=1),
        Column("user", width=15, link="users", priority=1),
        Column(
            "registered",
            Registered(RegisteredNow, REGISTERED_ROLES),
            title="Registered now",
            width=15,
            priority=1,
            sortable=False,
            about="Matched by the user's AOR and the user agent on the switch.",
        ),
        Column("firmware", width=14),
        Column("vendor", MakerName(), title="Vendor", width=18),
        Column("aor", SipUri(), title="AOR", width=24),
        Column("last_provisioned_at", Age(), title="Provisioned", width=13, group="Last provisioned"),
        Column(
            "configuration",
            Configured(Configuration, CONFIGURATION_ROLES),
            width=14,
            sortable=False,
            about="Outdated: not fetched since the user's SIP password changed.",
        ),
        Column("last_provisioned_ip", Ip(), title="From IP"),
        Column("last_provisioned_agent", title="User agent", width=26),
        Column("created_at", Time(seconds=False), title="Added", width=16, shown=False),
    ),
    find=("mac", "last_provisioned_ip"),
    search=("model", "user"),
    sort="mac",
    actions=(*ACTIONS, *address_actions("last_provisioned_ip")),
    facts=FACTS,
    detail=read_maker,
    source=source,
    panels=(
        Panel("Registrations", "sip-locations", "user_id", "user_id", columns=("aor", "expires_at", "user_agent")),
        Panel("Calls", "cdr", "user_id", "user_id", columns=("started_at", "destination_number", "disposition")),
    ),
    title=lambda row: f"{row['model']} {Mac().text(row['mac'])}",
    table="customer_phones",
    empty="No phones yet: {key:phones.add} adds one.",
)
