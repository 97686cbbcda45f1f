"""Key map: one row per action, with its keys, where they work, and the default that the operator changed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, MetaData, Table, select
from sqlalchemy import Column as Field
from sqlalchemy import Text as Words

from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.kinds import Row, Text
from partnertui.kit.declare.page import Column, Fact, Page
from partnertui.kit.shell.keys_document import places

ROWS = Table(
    "key_map",
    MetaData(),
    Field("id", BigInteger, primary_key=True),
    *(Field(name, Words) for name in ("title", "keys", "place", "action", "declared", "changed")),
)


def key_rows() -> Query:
    """The columns of the list."""
    return select(ROWS)


def _rows(context: ActionContext) -> Iterator[dict[str, object]]:
    found = [(place, action) for place, actions in places(context.services.catalog) for action in actions]
    for number, (place, action) in enumerate(found, 1):
        now = context.services.keymap.keys(action)
        yield {
            "id": number,
            "title": action.title,
            "place": place,
            "action": action.id,
            "keys": words(now),
            "declared": words(action.keys),
            "changed": "yes" if tuple(now) != action.keys else "no",
        }


def words(keys: tuple[str, ...]) -> str:
    """Keys as an agent reads them."""
    return "  ".join(dict.fromkeys(key_label(key) for key in keys)) or "menu, palette"


def source(context: ActionContext) -> Snapshot:
    """The actions with the keys of now."""
    return Snapshot(ROWS, lambda connection: list(_rows(context)))


def how(row: Row) -> str:
    """The line of the settings file that changes it."""
    return f'"{row["action"]}" = ["f2"] under [keys] in the settings file; then restart'


PAGE = Page(
    rows=key_rows,
    columns=(
        Column("keys", width=16, group="Action"),
        Column("title", Text(), title="Description", width=36),
        Column("place", width=20, title="Where"),
        Column("action", width=26, title="Name"),
        Column("changed", width=9),
        Column("declared", title="Default keys", width=16, shown=False),
    ),
    search=("title", "action", "keys"),
    sort="id",
    facts=(Fact("How to change it", how),),
    title=lambda row: row["title"],
    scope="",
    owner="",
    source=source,
)
