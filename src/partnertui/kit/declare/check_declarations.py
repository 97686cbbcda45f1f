"""Checks a screen's declaration, for `partnertui screens --check`: what is wrong, as sentences for its developer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from partnertui.kit.declare.actions import actions_of_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partnertui.kit.declare.catalog import Catalog, ScreenEntry
    from partnertui.kit.declare.page import Page


def mistakes(catalog: Catalog) -> list[str]:
    """The mistakes of all screens; loads every page."""
    own = (f"{listed.id}: {words}" for listed in catalog.screens.values() for words in _of(catalog, listed))
    return [*_keys(catalog), *_order(catalog), *own]


def _keys(catalog: Catalog) -> Iterator[str]:
    keys = Counter(listed.entry.key for listed in catalog.screens.values() if listed.entry.key)
    for key, count in keys.items():
        if count > 1:
            who = ", ".join(listed.id for listed in catalog.screens.values() if listed.entry.key == key)
            yield f"{who}: all have the key {key}, which opens only the first"


def _order(catalog: Catalog) -> Iterator[str]:
    for group, listed in catalog.groups().items():
        places = Counter(item.entry.order for item in listed if item.entry.menu)
        for order in (order for order, count in places.items() if count > 1):
            who = ", ".join(item.id for item in listed if item.entry.order == order and item.entry.menu)
            yield f"{who}: all have order={order} in the menu group {group}; give each its own"


def _of(catalog: Catalog, listed: ScreenEntry) -> Iterator[str]:
    try:
        page = catalog.page(listed.id)
        labels = set(page.rows().selected_columns.keys())
    except (ImportError, AttributeError) as error:
        yield f"its page.py has no PAGE, or names something undefined: {error}"
        return
    if "id" not in labels:
        yield "its select has no column labelled id"
    for column in page.columns:
        if column.name not in labels:
            yield f"column {column.name} isn't in its select"
        if isinstance(column.kind, type):
            kind = column.kind.__name__
            yield f"column {column.name} has the kind {kind} without parentheses: write {kind}()"
        if column.link and column.link not in catalog.screens:
            yield f"column {column.name} links to “{column.link}”, which isn't a screen"
        if column.link and f"{column.name}_id" not in labels:
            yield f"column {column.name} links to {column.link}, but its select has no {column.name}_id"
    for name, count in Counter(column.name for column in page.columns).items():
        if count > 1:
            yield f"column {name} is declared twice"
    yield from _names(page, labels)
    yield from _panels(catalog, page, labels)
    yield from _actions(page)


def _names(page: Page, labels: set[str]) -> Iterator[str]:
    columns = {column.name for column in page.columns}
    for what, names in (("sort", (page.sort.lstrip("-"),)), ("search", page.search), ("find", page.find)):
        for name in names:
            if name.lstrip("=") not in (columns | {"id"} if what == "sort" else columns):
                yield f"{what} names “{name}”, which isn't one of its columns"
    for what, name in (("scope", page.scope), ("owner", page.owner)):
        if name and name not in labels:
            yield f'its select has no {name}: add it, or declare {what}=""'


def _panels(catalog: Catalog, page: Page, labels: set[str]) -> Iterator[str]:
    for panel in page.panels:
        if panel.key not in labels:
            yield f"panel {panel.title} needs {panel.key}, which its select doesn't have"
        if panel.screen not in catalog.screens:
            yield f"panel {panel.title} shows “{panel.screen}”, which isn't a screen"
            continue
        other = catalog.page(panel.screen)
        for name in (panel.field, *panel.columns):
            if name not in other.rows().selected_columns:
                yield f"panel {panel.title} names {name}, which {panel.screen} doesn't have"


def _actions(page: Page) -> Iterator[str]:
    try:
        actions_of_views(page.actions)
    except (ImportError, AttributeError) as error:
        yield f"leads_to of one of its actions names something undefined: {error}"
    keys = Counter(key for action in page.actions for key in action.keys)
    for key, count in keys.items():
        if count > 1:
            yield f"{count} actions have the key {key}"
