"""Actions are run and refused without a running application."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from partnertui import screens
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings
from partnertui.db.database import Database
from partnertui.db.errors import DatabaseUnavailable
from partnertui.db.models import Customer
from partnertui.domain.operators import Operator, Role
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.catalog import Catalog
from partnertui.kit.declare.kinds import Row
from partnertui.kit.declare.view_location import Location, Scope
from partnertui.kit.views.headless_services import HeadlessServices, headless_context

CATALOG = screens.find()
ANN = Operator(1, "ann", "Ann", Role.SUPPORT, None)
ACME: Row = {"id": 7, "company": "Acme Ltd", "customer_id": 7}
BETA: Row = {"id": 8, "company": "Beta Ltd", "customer_id": 8}


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders.inside(tmp_path)


def context_of(folders: Folders, *rows: Row, settings: Settings | None = None) -> ActionContext:
    """A context in the list of customers."""
    return headless_context(settings or Settings(), folders, CATALOG, "customers", *rows, operator=ANN)


def services_of(context: ActionContext) -> HeadlessServices:
    assert isinstance(context.services, HeadlessServices)
    return context.services


def action(screen: str, action_id: str) -> Action:
    """A declared action of a screen."""
    return next(action for action in CATALOG.page(screen).actions if action.id == action_id)


def nothing(context: ActionContext) -> None:
    """Does nothing."""


def test_a_context_in_one_line(folders: Folders) -> None:
    context = headless_context(Settings(), folders, CATALOG, "customers", ACME, BETA, operator=ANN)
    assert (context.screen, context.row, context.rows) == ("customers", ACME, (ACME, BETA))
    assert (context.operator, context.scope, context.view) == (ANN, None, None)


@pytest.mark.parametrize(
    ("rows", "selected", "refusal"),
    [
        ("", (), ""),
        ("one", (), "no row is selected"),
        ("many", (), "no row is selected"),
        ("one", (ACME,), ""),
        ("one", (ACME, BETA), "“Open” works on one row: clear the marks first"),
        ("many", (ACME, BETA), ""),
    ],
)
def test_an_action_is_refused_by_the_rows_it_needs(
    rows: str, selected: tuple[Row, ...], refusal: str, folders: Folders
) -> None:
    assert Action("x.open", "Open", nothing, rows=rows).refusal(context_of(folders, *selected)) == refusal


def test_an_action_is_refused_by_role_before_anything_else(folders: Folders) -> None:
    admin = Action("x.open", "Open", nothing, rows="one", roles=frozenset({"admin"}), refuse=lambda context: "no")
    assert admin.refusal(context_of(folders)) == "Open is for admin only"
    assert replace(admin, roles=frozenset({"support"})).refusal(context_of(folders, ACME)) == "no"
    others = replace(admin, roles=frozenset({"partner", "development", "admin"}))
    assert others.refusal(context_of(folders)) == "Open is for admin, development and partner only"


def test_the_verb_is_the_last_part_of_the_id() -> None:
    assert Action("call.trace", "Trace", nothing).verb == "trace"


def test_a_refused_action_does_not_run(folders: Folders) -> None:
    context, ran = context_of(folders), list[str]()
    services = services_of(context)
    services.run_action(Action("x.open", "Open", lambda c: ran.append("one"), rows="one"), context)
    assert (ran, services.messages) == ([], [("no row is selected", "warn")])
    services.run_action(Action("x.open", "Open", lambda c: ran.append("one")), context)
    assert ran == ["one"]


def test_front_is_the_nearest_of_focus_dialog_and_view(folders: Folders) -> None:
    context = replace(context_of(folders), dialog="dialog", focused=5)
    assert (context.front(str), context.front(int)) == ("dialog", 5)
    with pytest.raises(TypeError, match="only works in a bytes"):
        context.front(bytes)


def test_jumps_of_a_customer_open_the_narrowed_list(folders: Folders) -> None:
    context = context_of(folders, ACME)
    action("customers", "customers.calls").run(context)
    (location,) = services_of(context).locations
    assert location.screen == "cdr"
    assert [(fixed.field, fixed.value) for fixed in location.fixed_filters] == [("customer_id", 7)]


def test_the_scope_is_set_and_cleared(folders: Folders) -> None:
    context = context_of(folders, ACME)
    actions = {action.id: action for action in CATALOG.common_actions}
    actions["scope.narrow"].run(context)
    assert context.scope == Scope(7, "Acme Ltd")
    clear = actions["scope.clear-scope"]
    assert clear.refusal(context) == ""
    clear.run(context)
    assert context.scope is None
    assert clear.refusal(context)


def test_a_reply_is_written_in_its_ticket(folders: Folders) -> None:
    row: Row = {"id": 3, "state": "open", "requester_name": "Jo", "last_update_at": None}
    context = context_of(folders, row)
    action("support", "support.reply").run(context)
    assert services_of(context).locations == [Location("support", 3)]


def test_a_role_that_may_not_open_a_screen_is_told(folders: Folders) -> None:
    partner = Operator(2, "pat", "Pat", Role.PARTNER, 1)
    hidden = next(name for name in CATALOG.screens if name not in CATALOG.visible(Role.PARTNER))
    services = HeadlessServices(Settings(), folders, CATALOG, partner)
    services.open(Location(hidden))
    assert services.locations == []
    assert services.messages[0][1] == "warn"


def test_reads_run_at_once(sqlite_database: Database, folders: Folders) -> None:
    settings = Settings(database=DatabaseSettings(url=sqlite_database.url))
    services, counts = services_of(context_of(folders, settings=settings)), list[int]()
    services.read(
        None, "rows", lambda connection: len(connection.execute(Customer.__table__.select()).all()), counts.append
    )
    services.close()
    assert counts == [0]


def test_a_read_that_fails_is_handed_over(folders: Folders, tmp_path: Path) -> None:
    settings = Settings(database=DatabaseSettings(url="postgresql://x@127.0.0.1:1/none"))
    services, errors = services_of(context_of(folders, settings=settings)), list[Exception]()
    services.read(None, "rows", lambda connection: None, lambda result: None, errors.append)
    assert isinstance(errors[0], DatabaseUnavailable)
    with pytest.raises(DatabaseUnavailable):
        services.read(None, "rows", lambda connection: None, lambda result: None)


def test_every_action_can_be_asked_whether_it_is_possible(folders: Folders) -> None:
    """A refusal is a sentence or "", whatever the row looks like; no list, no dialog is needed for it."""
    for screen in CATALOG.screens:
        for found in CATALOG.page(screen).actions:
            context = headless_context(Settings(), folders, CATALOG, screen, {"id": 1}, operator=ANN)
            assert isinstance(found.refusal(context), str), found.id


def test_an_empty_catalog_is_enough(folders: Folders) -> None:
    assert headless_context(Settings(), folders, Catalog({})).services.actions() == ()
