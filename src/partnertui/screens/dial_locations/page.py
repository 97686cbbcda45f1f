"""Dial locations: one row per site of a customer's phones, with the address for emergency calls and the time zone."""

from __future__ import annotations

from partnertui.db.models import DialLocation
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import EmergencyAddress
from partnertui.kit.clock import utc_now
from partnertui.kit.declare.kinds import Choice, Country, Identifier, Row
from partnertui.kit.declare.page import Column, Fact, Page

STATES = (("verified", "good"), ("pending", "warn"), ("rejected", "bad"), ("missing", "bad"))
WORDS = {
    EmergencyAddress.MISSING: "emergency services wouldn't know where to go: no address is stored",
    EmergencyAddress.REJECTED: "the address was rejected: it has to be corrected and sent again",
    EmergencyAddress.PENDING: "sent, not confirmed yet",
}


def locations() -> Query:
    """Dial locations."""
    return list_query(
        DialLocation,
        DialLocation.name,
        DialLocation.street,
        DialLocation.postcode,
        DialLocation.city,
        DialLocation.state,
        DialLocation.country,
        DialLocation.time_zone,
        DialLocation.tone_zone,
        DialLocation.emergency_address,
    )


def clock_there(row: Row) -> str:
    """The time of day at the location."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return f"{utc_now().astimezone(ZoneInfo(row['time_zone'])):%A %H:%M}"
    except (ZoneInfoNotFoundError, ValueError, OSError):  # "Europe" is a folder of the zone database
        return "unknown: this time zone doesn't exist"


PAGE = Page(
    rows=locations,
    columns=(
        Column("id", Identifier(), group="Location"),
        Column("name", width=20),
        Column("customer", width=22, link="customers"),
        Column("emergency_address", Choice(EmergencyAddress, STATES), title="Emergency", width=11),
        Column("country", Country(), width=9, group="Address"),
        Column("street", width=24),
        Column("postcode", width=10),
        Column("city", width=16),
        Column("state", title="State or county", shown=False),
        Column("time_zone", width=18, group="Zones"),
        Column("tone_zone", width=11),
    ),
    find=("name", "street", "city"),
    search=("name", "street", "city", "postcode"),
    sort="name",
    facts=(
        Fact("Emergency calls", lambda row: WORDS.get(row["emergency_address"], ""), "Location", lambda row: "warn"),
        Fact("Local time", clock_there, "Zones"),
    ),
    title=lambda row: row["name"],
    table="locations",
    empty="No locations yet.",
)
