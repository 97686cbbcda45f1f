"""What the lists of the program's screens read, for tests and benchmarks that read them as each role."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from partnertui import screens
from partnertui.config import Folders, Settings
from partnertui.config.settings import DatabaseSettings, Kamailio
from partnertui.db.rows.listing import Listing, Sort
from partnertui.db.rows.source import RowSource
from partnertui.domain.operators import Operator, Role
from partnertui.kit.declare.partner_row_filter import own_joins
from partnertui.kit.views.headless_services import headless_context
from partnertui.kit.views.lists.list_state import ListState
from partnertui.kit.views.page_row_source import source_of

FOLDERS = Folders.inside(Path(tempfile.gettempdir()))
"""Where nothing is written."""
WITHOUT_TABLE = {
    "archived-calls": "Parquet files of months that the database has no more: tests/db/archive",
    "captured-calls": "an index of capture files on the operator's own host: tests/captures",
    "key-map": "the actions of the program itself",
    "settings": "the settings file of the operator's own host",
}
"""Screens whose lists ask the database nothing, and what they read instead."""


@dataclass(frozen=True)
class Login:
    """Who reads: an operator, and the URL with which their login connects."""

    operator: Operator
    url: str
    switch: str
    """The URL of the login that reads Kamailio's tables, on which migrations grant operators nothing."""


def lists_of(role: Role) -> tuple[str, ...]:
    """The screens whose lists come from a database, as far as a role may open them."""
    return tuple(sorted(screens.find().visible(role) - WITHOUT_TABLE.keys()))


def tabs_of(name: str) -> range:
    """The tabs of a list by number; one without tabs has 0."""
    return range(max(1, len(screens.find().page(name).tabs)))


def source_for(login: Login, name: str) -> RowSource:
    """The row source of a screen, as the screen of that login makes it."""
    catalog = screens.find()
    settings = Settings(database=DatabaseSettings(url=login.url), kamailio=Kamailio(url=login.switch))
    context = headless_context(settings, FOLDERS, catalog, name, operator=login.operator)
    return source_of(catalog.page(name), context)


def listing_of(name: str, operator: Operator, tab: int = 0) -> Listing:
    """What a screen asks its row source for when a tab of it is opened."""
    page = screens.find().page(name)
    criteria = ListState.of(page, {}).all_criteria(page, None, (), operator, tab)
    return Listing(own_joins(page, operator), Sort.parse(page.sort), criteria)
