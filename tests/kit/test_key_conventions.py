"""One meaning per key: conflicts are named, every screen follows the table, and the table is documented."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from partnertui import screens
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.key_conventions import KEY_MEANINGS, conflicts, meanings_markdown
from partnertui.kit.declare.key_map import KeyMap
from partnertui.kit.shell.keys_document import keys_markdown, places

PLACES = places(screens.find())


def nothing(context: ActionContext) -> None:
    """Does nothing."""


def test_a_key_of_another_verb_is_named() -> None:
    (sentence,) = conflicts([Action("phone.reboot", "Reboot", nothing, ("e",))])
    assert sentence == (
        "phone.reboot has the key e, which stands for “Edit” everywhere: choose another key, or add “reboot” to it in "
        "kit/declare/key_conventions.py if it means the same"
    )


def test_a_key_without_a_meaning_is_named() -> None:
    (sentence,) = conflicts([Action("phone.reboot", "Reboot", nothing, ("ctrl+x",))])
    assert (
        sentence
        == "phone.reboot has the key Ctrl+X, which has no meaning yet: add it to kit/declare/key_conventions.py"
    )


def test_the_right_verb_is_accepted() -> None:
    assert list(conflicts([Action("phone.edit", "Edit", nothing, ("e",))])) == []


@pytest.mark.parametrize(("place", "actions"), PLACES, ids=[place for place, _ in PLACES])
def test_every_place_follows_the_table(place: str, actions: tuple[Action, ...]) -> None:
    assert list(conflicts(actions)) == []


@pytest.mark.parametrize(("place", "actions"), PLACES, ids=[place for place, _ in PLACES])
def test_no_key_has_two_actions_in_one_place(place: str, actions: tuple[Action, ...]) -> None:
    counts = Counter(key for action in actions for key in action.keys)
    assert {key for key, count in counts.items() if count > 1} == set()


def test_no_key_has_two_meanings() -> None:
    counts = Counter(key for entry in KEY_MEANINGS for key in entry.keys)
    assert {key for key, count in counts.items() if count > 1} == set()


def test_every_meaning_is_used() -> None:
    """A key that nothing has any more is taken out of the table, free for something else."""
    used = {key for _, actions in PLACES for action in actions for key in action.keys}
    unused = {entry.meaning for entry in KEY_MEANINGS if not used & set(entry.keys)}
    assert unused == set()


def test_an_id_belongs_to_one_action() -> None:
    titles: dict[str, set[str]] = {}
    for _, actions in PLACES:
        for action in actions:
            titles.setdefault(action.id, set()).add(action.title)
    assert {action_id: found for action_id, found in titles.items() if len(found) > 1} == {}


def test_docs_have_the_table_and_every_action() -> None:
    written = (Path(__file__).parents[2] / "docs" / "keys.md").read_text()
    assert meanings_markdown() in written
    assert written == keys_markdown(screens.find()), "make docs writes it"


def test_a_sentence_names_the_key_of_today() -> None:
    keymap = KeyMap({"list.search": ("ctrl+l",)})
    assert keymap.fill("{key:list.search} filters.") == "Ctrl+L filters."
