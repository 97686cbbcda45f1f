"""Finds the routes that lead to a user, group, menu, room or sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from partnertui.db.models import (
    Ddi,
    Ivr,
    IvrEntry,
    PickupGroup,
    PickupGroupMember,
    RingGroup,
    RingGroupMember,
    RoutingRule,
)
from partnertui.db.rows.type_aliases import Query
from partnertui.domain.pbx_enums import TargetType
from partnertui.domain.phone_numbers import format_number

MOST = 200
"""Referrers of one kind that are read."""
DIGITS = {"t": "timeout", "i": "invalid digit"}


@dataclass(frozen=True)
class Referrer:
    """Something that leads to a target: its table and ID, and what it is in words."""

    table: str
    id: int
    words: str


def referrers(
    connection: Connection, customer_id: int, kinds: tuple[TargetType, ...], target_id: int
) -> list[Referrer]:
    """Numbers, rules, groups and menus of the customer that lead to the target of one of these kinds."""
    found = routes(connection, customer_id, kinds, target_id)
    if TargetType.USER in kinds:
        found += memberships(connection, customer_id, target_id)
    if TargetType.SOUND in kinds:
        query = select(Ivr.id, Ivr.name).where(Ivr.customer_id == customer_id, Ivr.welcome_sound_id == target_id)
        found += [Referrer("ivrs", row.id, f"IVR {row.name}, as welcome message") for row in connection.execute(query)]
    return found


def routes(connection: Connection, customer_id: int, kinds: tuple[TargetType, ...], target_id: int) -> list[Referrer]:
    """As `referrers`, without groups that merely have the target as a member."""
    return [*_ddis(connection, customer_id, kinds, target_id), *_others(connection, customer_id, kinds, target_id)]


def _ddis(connection: Connection, customer: int, kinds: tuple[TargetType, ...], target: int) -> Iterator[Referrer]:
    query = select(Ddi.id, Ddi.number).where(
        Ddi.customer_id == customer, Ddi.route_type.in_(kinds), Ddi.target_id == target
    )
    for row in connection.execute(query.order_by(Ddi.number).limit(MOST)):
        yield Referrer("ddis", row.id, f"DDI {format_number(row.number)}")


def _others(connection: Connection, customer: int, kinds: tuple[TargetType, ...], target: int) -> Iterator[Referrer]:
    def leading(model: type[RoutingRule | RingGroup | IvrEntry], query: Query) -> Query:
        own = (model.customer_id == customer, model.target_type.in_(kinds), model.target_id == target)
        return query.where(*own).limit(MOST)

    rules = select(RoutingRule.id, RoutingRule.priority, RoutingRule.name, RoutingRule.enabled)
    for row in connection.execute(leading(RoutingRule, rules.order_by(RoutingRule.priority))):
        off = "" if row.enabled else ", switched off"
        yield Referrer("routing_rules", row.id, f"rule {row.priority} {row.name}{off}")
    for row in connection.execute(leading(RingGroup, select(RingGroup.id, RingGroup.name).order_by(RingGroup.name))):
        yield Referrer("ring_groups", row.id, f"ring group {row.name}, on no answer")
    entries = select(IvrEntry.ivr_id, IvrEntry.digit, Ivr.name).join(Ivr, Ivr.id == IvrEntry.ivr_id)
    for row in connection.execute(leading(IvrEntry, entries.order_by(Ivr.name, IvrEntry.digit))):
        yield Referrer("ivrs", row.ivr_id, f"IVR {row.name}, {DIGITS.get(row.digit, f'digit {row.digit}')}")


def memberships(connection: Connection, customer: int, user: int) -> Iterator[Referrer]:
    """The customer's ring and pick-up groups that a user is in."""
    ring = select(RingGroup.id, RingGroup.name).join(RingGroupMember, RingGroupMember.ring_group_id == RingGroup.id)
    ring = ring.where(RingGroupMember.user_id == user, RingGroup.customer_id == customer)
    for row in connection.execute(ring.order_by(RingGroup.name)):
        yield Referrer("ring_groups", row.id, f"ring group {row.name}, as member")
    pickup = select(PickupGroup.id, PickupGroup.name)
    pickup = pickup.join(PickupGroupMember, PickupGroupMember.pickup_group_id == PickupGroup.id)
    pickup = pickup.where(PickupGroupMember.user_id == user, PickupGroup.customer_id == customer)
    for row in connection.execute(pickup.order_by(PickupGroup.name)):
        yield Referrer("pickup_groups", row.id, f"pick-up group {row.name}, as member")
