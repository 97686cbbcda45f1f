"""`partnertui screens --check` says in a sentence what is wrong with a declaration."""

from __future__ import annotations

from dataclasses import replace

from partnertui import screens
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.catalog import Catalog, ScreenEntry
from partnertui.kit.declare.check_declarations import mistakes
from partnertui.kit.declare.menu_entry import Entry


def nothing(context: ActionContext) -> None:
    """Does nothing."""


def test_two_screens_in_the_same_place_are_named() -> None:
    catalog = screens.find()
    users = catalog.screens["users"]
    entry = replace(users.entry, key="", order=catalog.screens["customers"].entry.order)
    changed = Catalog({**catalog.screens, "users": replace(users, entry=entry)})
    assert any(words.startswith("customers, users: all have order=") for words in mistakes(changed))


def test_a_screen_without_a_page_is_named() -> None:
    found = mistakes(Catalog({"new": ScreenEntry("new", Entry("New", "Calls"), "partnertui.screens.new")}))
    assert found == [
        "new: its page.py has no PAGE, or names something undefined: No module named 'partnertui.screens.new'"
    ]


def test_a_dialog_that_is_not_there_is_named() -> None:
    catalog = screens.find()
    page = catalog.page("customers")
    lost = Action("customer.lose", "Lose", nothing, leads_to=("In the dialog", "partnertui.screens:LOST"))
    changed = Catalog(catalog.screens, _pages={"customers": replace(page, actions=(*page.actions, lost))})
    (found,) = mistakes(changed)
    assert found.startswith("customers: leads_to of one of its actions names something undefined")
