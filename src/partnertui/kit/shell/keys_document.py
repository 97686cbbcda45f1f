"""docs/keys.md, made from the registry; `make check` fails when it is stale."""

from __future__ import annotations

from collections.abc import Iterable

from partnertui.kit.declare.actions import Action, actions_of_views
from partnertui.kit.declare.catalog import Catalog
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.shell.actions import APP_ACTIONS
from partnertui.kit.views.lists.actions import LIST_ACTIONS
from partnertui.kit.views.records.actions import RECORD_ACTIONS

HEAD = """# Keys

Made by `partnertui keys` from the actions that the program declares; do not edit it. Every key can be changed in the
settings file, by the action's name:

```toml
[keys]
"list.filter" = ["slash", "ctrl+l"]
```

`?` in the program shows what can be done here and now, and why something cannot.
"""


def keys_markdown(catalog: Catalog) -> str:
    """All actions with their keys, by place."""
    parts = [HEAD, *(_table(place, actions) for place, actions in places(catalog))]
    rows = [f"| {_go(item.entry.key)} | {item.entry.title} | `:{item.id}` |" for item in catalog.screens.values()]
    parts.append("\n".join(["## Screens\n", "| keys | screen | by name |", "| --- | --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def places(catalog: Catalog) -> list[tuple[str, tuple[Action, ...]]]:
    """The actions that there are, by where they can be done; loads every page."""
    own = [(listed.entry.title, catalog.page(listed.id).actions) for listed in catalog.screens.values()]
    shared = [("Everywhere", APP_ACTIONS), ("In every list", LIST_ACTIONS), ("In every record", RECORD_ACTIONS)]
    views = actions_of_views(action for _, actions in own for action in actions)
    return [*shared, *views.items(), *((title, actions) for title, actions in own if actions)]


def _go(key: str) -> str:
    return f"`g` `{key_label(key)}`" if key else "Settings"


def _table(title: str, actions: Iterable[Action]) -> str:
    rows = [f"## {title}\n", "| key | what it does | action |", "| --- | --- | --- |"]
    for action in actions:
        keys = dict.fromkeys(key_label(key) for key in action.keys)
        words = action.title + (f": {action.about}" if action.about else "")
        shown = " ".join(f"`{key}`" for key in keys) or "menu, palette"
        rows.append(f"| {shown} | {words} | `{action.id}` |")
    return "\n".join(rows) + "\n"
