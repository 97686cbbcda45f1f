"""Checks the operator's key map: unknown actions, keys assigned twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from partnertui import screens
from partnertui.doctor.check_result import Finding, fail, look, ok
from partnertui.kit.declare.actions import actions_of_views
from partnertui.kit.shell.global_actions import APP_ACTIONS
from partnertui.kit.views.lists.actions import LIST_ACTIONS
from partnertui.kit.views.records.actions import RECORD_ACTIONS

if TYPE_CHECKING:
    from partnertui.config import Folders, Settings
    from partnertui.kit.declare.actions import Action

Places = Mapping[str, Sequence["Action"]]


def check(settings: Settings, folders: Folders) -> Iterator[Finding]:
    """Every action that the settings name exists, and no two actions of a place want one key."""
    places = all_places()
    known = {action.id for actions in places.values() for action in actions}
    for name in settings.keys:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.5)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            yield fail("keys", f"“{name}” in [keys] isn't an action", f"{hint}docs/keys.md lists all actions.")
    doubles = list(double_keys(places, settings.keys))
    yield from doubles
    own = sum(name in known for name in settings.keys)
    if not doubles:
        yield ok("keys", f"{len(known)} actions, {own} with custom keys")


def all_places() -> Places:
    """The actions that can meet: those of lists and of records, each with those of everywhere."""
    catalog = screens.find()
    everywhere = [*catalog.common_actions, *APP_ACTIONS]
    places: dict[str, Sequence[Action]] = {
        "records": [*RECORD_ACTIONS, *everywhere],
        "lists": [*LIST_ACTIONS, *everywhere],
    }
    for listed in catalog.screens.values():
        actions = catalog.page(listed.id).actions
        places[listed.entry.title] = [*actions, *LIST_ACTIONS, *everywhere]
        places |= {name: [*found, *everywhere] for name, found in actions_of_views(actions).items()}
    return places


def double_keys(places: Places, own: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Keys that the settings give to two actions of a place; the nearer one gets it, so the other has none."""
    said = set()
    for place, actions in places.items():
        taken: dict[str, str] = {}
        for action in actions:
            for key in own.get(action.id, action.keys):
                first = taken.setdefault(key, action.id)
                pair = (key, first, action.id)
                if first != action.id and pair not in said and {first, action.id} & set(own):
                    said.add(pair)
                    yield look(
                        "keys",
                        f"in {place} “{key}” runs {first}, so it never reaches {action.id}",
                        "Give one of them another key in [keys].",
                    )
