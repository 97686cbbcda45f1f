"""Demo ring groups, pick-up groups, conference rooms and routing rules, and the routes of DDIs to them."""

from __future__ import annotations

from partnertui.db.models import (
    Conference,
    PickupGroup,
    PickupGroupMember,
    RingGroup,
    RingGroupMember,
    RoutingRule,
)
from partnertui.demo.collected_rows import Row
from partnertui.demo.ivrs import break_some, make_menus
from partnertui.demo.pbx_names import PbxNames, pbx_names
from partnertui.demo.route_target_columns import hang_up, to, to_mailbox, to_user
from partnertui.demo.shared_state import Company, World

_STRATEGIES = ("ring all", "linear", "round robin", "random")


def make_routing(world: World) -> None:
    """For firms of some size."""
    menus: list[tuple[Company, Row, Row]] = []
    for company in world.companies:
        if len(company.users) < 4 or company.row["status"] == "cancelled":
            continue
        names = pbx_names(company.row["language"])
        groups = [_ring_group(world, company, names, at) for at in range(min(len(company.users) // 4, 4))]
        _rules(world, company, names, groups[0])
        menu = None
        if world.chance(60):
            menu, below = make_menus(world, company, names, groups)
            menus += [(company, menu, one) for one in below]
        rooms = _conferences(world, company, names) if world.chance(50) else []
        _lead(company, groups, menu, rooms)
        if world.chance(50):
            _pickups(world, company, names)
    break_some(world, menus)


def _ring_group(world: World, company: Company, names: PbxNames, at: int) -> Row:
    row = world.rows.add(
        RingGroup,
        **company.owner,
        name=names.groups.split("|")[at],
        extension=str(601 + at),
        strategy=world.pick(_STRATEGIES),
        ring_time=world.pick((20, 30, 45)),
        **(to_user(company.users[0]) if world.chance(60) else to_mailbox(company.users[0])),
    )
    members = world.random.sample(company.people, min(len(company.people), world.random.randrange(2, 7)))
    company.members[row["id"]] = members
    for position, user in enumerate(members, 1):
        world.rows.add(RingGroupMember, **company.owner, ring_group_id=row["id"], user_id=user["id"], position=position)
    return row


def _lead(company: Company, groups: list[Row], menu: Row | None, rooms: list[Row]) -> None:
    """The main number leads to the menu or to the first group, others to the groups, the last one to a room."""
    first = ("ivr", menu) if menu else ("ring group", groups[0])
    goals = [first, *(("ring group", group) for group in groups)]
    for ddi, (kind, goal) in zip(company.ddis[: max(1, len(company.ddis) // 2)], goals, strict=False):
        _send(ddi, kind, goal)
        some = groups if kind == "ivr" else [goal]
        company.answering[ddi["id"]] = [user for group in some for user in company.members[group["id"]]]
    if rooms and len(company.ddis) > 4:
        _send(company.ddis[-1], "conference", rooms[0])


def _send(ddi: Row, kind: str, goal: Row) -> None:
    target = to(kind, goal)
    ddi.update(route_type=kind, target_id=target["target_id"], target=target["target"], user_id=None)


def _pickups(world: World, company: Company, names: PbxNames) -> None:
    """Users of one floor, or of two."""
    left = company.users
    for name in world.random.sample(names.pickups.split("|"), 2 if len(left) > 9 else 1):
        size = world.random.randrange(2, 6)
        group = world.rows.add(PickupGroup, **company.owner, name=name)
        for user in left[:size]:
            world.rows.add(PickupGroupMember, **company.owner, pickup_group_id=group["id"], user_id=user["id"])
        left = left[size:]


def _conferences(world: World, company: Company, names: PbxNames) -> list[Row]:
    """Rooms; people are in some of them now, never more than fit or than there are."""
    some = world.random.sample(names.rooms.split("|"), 2 if len(company.users) > 12 else 1)
    return [
        world.rows.add(
            Conference,
            **company.owner,
            name=name,
            extension=str(800 + at),
            pin_ciphertext=world.secret(),
            moderator_pin_ciphertext=world.secret(),
            max_members=world.pick((10, 30)),
            record=world.chance(20),
            wait_for_moderator=world.chance(50),
            announce=world.chance(80),
            members_now=min(world.pick((0, 0, 0, 0, 2, 3, 5)), len(company.users)) if company.alive else 0,
        )
        for at, name in enumerate(some)
    ]


def _rules(world: World, company: Company, names: PbxNames, group: Row) -> None:
    zone, number, first = company.row["time_zone"], company.ddis[0]["number"], company.users[0]
    opened, closed, noon, premium = names.rules.split("|")
    shared = {**company.owner, "time_zone": zone}
    pause = world.chance(25)
    whole = ("mon-fri 9-17", "mon-fri 9-18", "mon-fri 9-17:30; sat 10-13")
    hours = "mon-fri 9-12; mon-fri 13-17" if pause else world.pick(whole)
    inbound = {**shared, "direction": "inbound", "number_pattern": number}
    world.rows.add(RoutingRule, **inbound, name=opened, priority=10, time_condition=hours, **to("ring group", group))
    world.rows.add(RoutingRule, **inbound, name=closed, priority=90, **to_mailbox(first))
    if pause:
        world.rows.add(
            RoutingRule, **inbound, name=noon, priority=50, time_condition="mon-fri 12-13", **to_mailbox(first)
        )
    if world.chance(30):
        world.rows.add(
            RoutingRule,
            **shared,
            name=premium,
            direction="outbound",
            priority=20,
            number_pattern="44909*",
            **hang_up(),
            enabled=world.chance(90),
        )
