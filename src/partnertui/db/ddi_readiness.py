"""Checks before a number is activated: what will answer, what it costs, which address emergency calls get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from partnertui.db.ddi_prices import ddi_prices
from partnertui.db.errors import DatabaseError
from partnertui.db.kamailio.kamailio_database import KamailioDatabase
from partnertui.db.kamailio.registered_now import registered_users
from partnertui.db.models import DialLocation, RingGroupMember, User
from partnertui.db.rows.type_aliases import Row
from partnertui.domain.ddi_price_match import fits_all
from partnertui.domain.number_ranges import NumberRange
from partnertui.domain.pbx_enums import EmergencyAddress, TargetType


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: `ok` is None where it can't be known."""

    ok: bool | None
    text: str


@dataclass(frozen=True)
class Readiness:
    """The checks of one number."""

    number: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> str:
        """`red` if a check failed, `green` if all are fine, else `not known`."""
        results = [check.ok for check in self.checks]
        return "red" if False in results else "not known" if None in results else "green"


def check_readiness(
    connection: Connection, numbers: Sequence[Row], kamailio: KamailioDatabase, now: datetime
) -> list[Readiness]:
    """Checks each number of an order (rows of `pending_ddis.numbers_of`)."""
    if not numbers:
        return []
    prices = {price.id: price for price in ddi_prices(connection, numbers[0]["customer_id"])}
    answering = {row["number"]: _answering(connection, row) for row in numbers}
    names = {user.aor for users in answering.values() for user in users}
    registered, why = _registered(connection, kamailio, names, now)
    found = []
    for row in numbers:
        price = prices.get(row["price_list_entry_id"])
        of_number = NumberRange(row["number"], row["number"])
        is_priced = price is not None and fits_all(price, of_number, row["country"])
        priced = Check(is_priced, f"price: {price.name}" if price is not None and is_priced else "no matching price")
        users = answering[row["number"]]
        checks = (_target_check(row, users, registered, why), priced, _emergency_check(row, users))
        found.append(Readiness(row["number"], checks))
    return found


@dataclass(frozen=True)
class _Answering:
    name: str
    sip_username: str
    sip_domain: str
    emergency: EmergencyAddress | None

    @property
    def aor(self) -> tuple[str, str]:
        return self.sip_username, self.sip_domain


def _answering(connection: Connection, row: Row) -> list[_Answering]:
    """The users whose phones ring."""
    query = select(User.name, User.sip_username, User.sip_domain, DialLocation.emergency_address).outerjoin(
        DialLocation, DialLocation.id == User.location_id
    )
    query = query.where(User.customer_id == row["customer_id"])
    if row["route_type"] == TargetType.USER:
        query = query.where(User.id == row["target_id"])
    elif row["route_type"] == TargetType.RING_GROUP:
        members = select(RingGroupMember.user_id).where(RingGroupMember.ring_group_id == row["target_id"])
        query = query.where(User.id.in_(members))
    else:
        return []
    return [_Answering(*found) for found in connection.execute(query.order_by(User.id))]


def _registered(
    connection: Connection, kamailio: KamailioDatabase, users: set[tuple[str, str]], now: datetime
) -> tuple[set[tuple[str, str]] | None, str]:
    """The users that are registered; None and the reason where that can't be known."""
    try:
        return registered_users(connection, kamailio, users, now), ""
    except DatabaseError as error:
        return None, str(error)


def _target_check(row: Row, users: list[_Answering], registered: set[tuple[str, str]] | None, why: str) -> Check:
    kind, words = row["route_type"], row["target"] or ""
    if kind in (TargetType.NONE, TargetType.HANG_UP):
        words = "no target: calls would go nowhere" if kind == TargetType.NONE else "calls would be hung up"
        return Check(False, words)
    if kind not in (TargetType.USER, TargetType.RING_GROUP):
        return Check(None, f"{kind.value} {words}: its phones aren't checked")
    if not users:
        return Check(False, f"{kind.value} {words}: no users to ring")
    if registered is None:
        return Check(None, f"{words}: registration not known. {why}")
    there = [user for user in users if user.aor in registered]
    counted = f"{len(there)} of {len(users)} registered now" if len(users) > 1 else "registered now"
    return Check(bool(there), f"{words}: {counted}" if there else f"{words}: not registered now")


def _emergency_check(row: Row, users: list[_Answering]) -> Check:
    if not users:
        return Check(None, "emergency address: no phone to check")
    bad = [user for user in users if user.emergency != EmergencyAddress.VERIFIED]
    if not bad:
        return Check(True, "emergency address verified")
    state = bad[0].emergency.value if bad[0].emergency is not None else "no location"
    return Check(False, f"{bad[0].name}'s emergency address: {state}")
