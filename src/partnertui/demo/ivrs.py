"""Demo voice menus, nested, some of them broken on purpose."""

from __future__ import annotations

from partnertui.db.models import Ivr, IvrEntry
from partnertui.demo.collected_rows import Row
from partnertui.demo.pbx_names import PbxNames
from partnertui.demo.route_target_columns import hang_up, to, to_mailbox, to_user
from partnertui.demo.shared_state import Company, World
from partnertui.demo.sounds import make_sounds

GONE = 10_000_000
"""Nobody has this ID: the target of an entry whose user was deleted."""
_EVERY = 25
"""Of so many menus below others one is in a circle, and one has an entry that leads to a deleted user."""


def make_menus(world: World, company: Company, names: PbxNames, groups: list[Row]) -> tuple[Row, list[Row]]:
    """The main menu with its sounds, and the menus below it."""
    sound = make_sounds(world, company, names)
    main = _menu(world, company, world.pick(names.main.split("|")), 700, sound)
    for digit, group in enumerate(groups, 1):
        _entry(world, company, main, str(digit), to("ring group", group))
    _entry(world, company, main, "0", to_user(company.users[0]))
    _entry(world, company, main, "t", to("ring group", groups[0]))
    _entry(world, company, main, "i", hang_up())
    below: list[Row] = []
    if world.chance(50):
        some = names.second.split("|")
        for at, name in enumerate(world.random.sample(some, min(len(some), 2 if len(company.users) > 20 else 1))):
            below.append(_below(world, company, groups, _menu(world, company, name, 701 + at, None)))
            _entry(world, company, main, str(7 + at), to("ivr", below[-1]))
    return main, below


def _below(world: World, company: Company, groups: list[Row], menu: Row) -> Row:
    """Two digits to people, and whoever waits too long leaves a message."""
    _entry(world, company, menu, "1", to("ring group", groups[-1]))
    _entry(world, company, menu, "2", to_user(world.pick(company.users)))
    _entry(world, company, menu, "t", to_mailbox(company.users[0]))
    return menu


def _menu(world: World, company: Company, name: str, extension: int, sound: Row | None) -> Row:
    return world.rows.add(
        Ivr,
        **company.owner,
        name=name,
        extension=str(extension),
        welcome_sound_id=sound["id"] if sound else None,
        timeout=world.pick((5, 8, 10)),
        retries=world.pick((2, 3)),
    )


def _entry(world: World, company: Company, menu: Row, digit: str, target: Row) -> Row:
    return world.rows.add(IvrEntry, **company.owner, ivr_id=menu["id"], digit=digit, **target)


def break_some(world: World, menus: list[tuple[Company, Row, Row]]) -> None:
    """In one menu of many, waiting leads back to the main menu for ever; in another, a digit to a deleted user."""
    entries = {(row["ivr_id"], row["digit"]): row for row in world.rows.of(IvrEntry)}
    for company, main, below in menus[::_EVERY]:
        entries[below["id"], "t"].update(to("ivr", main))
        entries[main["id"], "t"].update(to("ivr", below))
        _entry(world, company, below, "9", to("ivr", main))
    for number, (company, _, below) in enumerate(menus[1::_EVERY] or menus[:1]):
        _entry(world, company, below, "3", to("user", {"id": GONE + number, "extension": "299", "name": "Old Bob"}))
