"""Rows of the Settings screen: its lists, then every setting of this run with where it can be changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, MetaData, Table, Text, select

from partnertui.config.load import PREFIX, all_settings
from partnertui.config.settings import Settings, without_password
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.actions import Services

ROWS = Table(
    "settings",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    *(Column(name, Text) for name in ("name", "kind", "value", "about", "screen", "key", "variable")),
)


def settings_rows() -> Query:
    """The columns of the list."""
    return select(ROWS)


def rows_for(services: Services) -> list[dict[str, object]]:
    """All rows, as the operator may see them."""
    empty = {column.name: None for column in ROWS.columns}
    return [empty | row | {"id": place} for place, row in enumerate((*_lists(services), *_values(services)), 1)]


def _lists(services: Services) -> Iterator[dict[str, object]]:
    role = services.operator.role if services.operator else None
    for listed in services.catalog.visible(role).values():
        if not listed.entry.menu:
            yield {"name": listed.entry.title, "kind": "list", "about": listed.entry.about, "screen": listed.id}
    about = "Screen colours"
    yield {"name": "Theme", "kind": "list", "value": services.palette.title, "about": about, "screen": "theme"}


def _values(services: Services) -> Iterator[dict[str, object]]:
    for path, entry in sorted(all_settings().items()):
        if path == ("keys",):
            continue
        value: object = services.settings
        usual: object = Settings()
        for name in path:
            value, usual = getattr(value, name), getattr(usual, name)
        changed = "set" if value != usual else "default"
        yield {
            "name": ".".join(path),
            "kind": changed,
            "value": shown(value),
            "about": entry.metadata["about"],
            "key": ".".join(path),
            "variable": PREFIX + "_".join(path).upper(),
        }


def shown(value: object) -> str:
    """A value as it may be shown: without passwords."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    return without_password(str(value))
