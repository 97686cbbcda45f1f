"""Sounds, menus, groups, conferences and rules of a customer; its main number leads into them."""

from __future__ import annotations

from partnertui.db.models import (
    Conference,
    Ivr,
    IvrEntry,
    PickupGroup,
    PickupGroupMember,
    RingGroup,
    RingGroupMember,
    RoutingRule,
    Sound,
)
from partnertui.demo.rows import Row
from partnertui.demo.world import Company, World

_GROUPS = ("Sales", "Support", "Reception", "Accounts")
_PICKUPS = ("Ground floor", "Office", "Workshop", "Front desk", "Warehouse")
_ROOMS = ("Monday meeting", "Board", "Stand-up", "Project room", "Training")
_STRATEGIES = ("ring all", "linear", "round robin", "random")


def make_routing(world: World) -> None:
    """For firms of some size."""
    for company in world.companies:
        if len(company.users) < 4 or company.row["status"] == "cancelled":
            continue
        groups = [_ring_group(world, company, at) for at in range(min(len(company.users) // 4, 4))]
        _rules(world, company, groups[0])
        if world.chance(60):
            _menu(world, company, groups)
        if world.chance(50):
            _pickup(world, company)
        if world.chance(50):
            _conference(world, company)


def _to_user(user: Row) -> Row:
    return {"target_type": "user", "target_id": user["id"], "target": f"{user['extension']} {user['name']}"}


def _to(kind: str, row: Row) -> Row:
    return {"target_type": kind, "target_id": row["id"], "target": f"{row['extension']} {row['name']}"}


def _ring_group(world: World, company: Company, at: int) -> Row:
    row = world.rows.add(
        RingGroup, **company.owner, name=_GROUPS[at], extension=str(601 + at), strategy=world.pick(_STRATEGIES),
        ring_time=world.pick((20, 30, 45)), **_to_user(company.users[0]),
    )  # fmt: skip
    members = world.random.sample(company.users, min(len(company.users), world.random.randrange(2, 7)))
    for position, user in enumerate(members, 1):
        world.rows.add(RingGroupMember, **company.owner, ring_group_id=row["id"], user_id=user["id"], position=position)
    return row


def _menu(world: World, company: Company, groups: list[Row]) -> None:
    sound = world.rows.add(
        Sound, **company.owner, name="Welcome", use="ivr", duration_ms=world.random.randrange(4000, 15000),
        size=world.random.randrange(60_000, 240_000), level=-world.random.randrange(1500, 2600), adjusted=True,
        created_at=world.ago(300), waveform=_speech(world),
    )  # fmt: skip
    if world.chance(60):
        world.rows.add(
            Sound, **company.owner, name="Waltz on hold", use="music on hold", duration_ms=94_000, size=1_504_000,
            level=-2310, adjusted=world.chance(50), created_at=world.ago(300), waveform=_music(world),
        )  # fmt: skip
    menu = world.rows.add(
        Ivr, **company.owner, name="Main menu", extension="700", welcome_sound_id=sound["id"],
        timeout=world.pick((5, 8, 10)), retries=world.pick((2, 3)),
    )  # fmt: skip
    for digit, group in enumerate(groups, 1):
        world.rows.add(IvrEntry, **company.owner, ivr_id=menu["id"], digit=str(digit), **_to("ring group", group))
    first = _to_user(company.users[0])
    world.rows.add(IvrEntry, **company.owner, ivr_id=menu["id"], digit="0", **first)
    world.rows.add(IvrEntry, **company.owner, ivr_id=menu["id"], digit="t", **_to("ring group", groups[0]))
    world.rows.add(
        IvrEntry, **company.owner, ivr_id=menu["id"], digit="i", target_type="hang up", target_id=None, target=None
    )
    if world.chance(45):
        _second_menu(world, company, menu, groups)
    main = company.ddis[0]
    main.update(route_type="ivr", target_id=menu["id"], target="700 Main menu")


def _second_menu(world: World, company: Company, menu: Row, groups: list[Row]) -> None:
    """A menu below the main one, and the way back; with some customers a digit leads to a user who has left."""
    below = world.rows.add(Ivr, **company.owner, name="Orders and invoices", extension="701", timeout=8, retries=2)
    targets = [_to("ring group", groups[-1]), _to_user(company.users[-1])]
    if company.row["id"] % 3 == 1:
        targets.append({"target_type": "user", "target_id": 10_000_000 + company.row["id"], "target": "299 Old Bob"})
    for digit, target in enumerate(targets, 1):
        world.rows.add(IvrEntry, **company.owner, ivr_id=below["id"], digit=str(digit), **target)
    world.rows.add(IvrEntry, **company.owner, ivr_id=below["id"], digit="9", **_to("ivr", menu))
    world.rows.add(IvrEntry, **company.owner, ivr_id=menu["id"], digit="8", **_to("ivr", below))


def _speech(world: World) -> bytes:
    """Loudness of 200 steps: words of some steps, pauses between."""
    found = bytearray()
    while len(found) < 200:
        loud = world.random.randrange(110, 240)
        word = [max(8, loud - world.random.randrange(70)) for _ in range(world.random.randrange(4, 12))]
        found += bytes([word[0] // 3, *word, word[-1] // 3]) + bytes([3] * world.random.randrange(1, 5))
    return bytes(found[:200])


def _music(world: World) -> bytes:
    """Loudness of 200 steps in three-four time."""
    return bytes(150 + 60 * (step % 3 == 0) + world.random.randrange(40) for step in range(200))


def _pickup(world: World, company: Company) -> None:
    group = world.rows.add(PickupGroup, **company.owner, name=world.pick(_PICKUPS))
    for user in company.users[: world.random.randrange(2, 6)]:
        world.rows.add(PickupGroupMember, **company.owner, pickup_group_id=group["id"], user_id=user["id"])


def _conference(world: World, company: Company) -> None:
    world.rows.add(
        Conference, **company.owner, name=world.pick(_ROOMS), extension="800", pin_ciphertext=world.secret(),
        moderator_pin_ciphertext=world.secret(), max_members=world.pick((10, 30)), record=world.chance(20),
        wait_for_moderator=world.chance(50), members_now=world.pick((0, 0, 0, 3)),
    )  # fmt: skip


def _rules(world: World, company: Company, group: Row) -> None:
    zone, number = company.row["time_zone"], company.ddis[0]["number"]
    world.rows.add(
        RoutingRule, **company.owner, name="Opening hours", direction="inbound", priority=10, time_zone=zone,
        time_condition="mon-fri 9-17", number_pattern=number, **_to("ring group", group),
    )  # fmt: skip
    world.rows.add(
        RoutingRule, **company.owner, name="Closed", direction="inbound", priority=90, time_zone=zone,
        number_pattern=number, target_type="voicemail", target_id=company.users[0]["id"],
        target=company.users[0]["extension"],
    )  # fmt: skip
    if world.chance(30):
        world.rows.add(
            RoutingRule, **company.owner, name="No premium rate", direction="outbound", priority=20, time_zone=zone,
            number_pattern="44909*", target_type="hang up", target_id=None, target=None, enabled=world.chance(90),
        )  # fmt: skip
