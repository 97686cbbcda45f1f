"""docs/keys.md, made from the registry; `make check` fails when it is stale."""

from __future__ import annotations

from collections.abc import Iterable

from partnertui.kit.actions import Action, key_words
from partnertui.kit.catalog import Catalog
from partnertui.kit.lists.actions import LIST_ACTIONS
from partnertui.kit.records.actions import RECORD_ACTIONS
from partnertui.kit.shell.actions import APP_ACTIONS

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
    parts = [HEAD, _table("Everywhere", APP_ACTIONS), _table("In every list", LIST_ACTIONS)]
    parts.append(_table("In every record", RECORD_ACTIONS))
    for listed in catalog.screens.values():
        actions = catalog.page(listed.id).actions
        if actions:
            parts.append(_table(listed.entry.title, actions))
    rows = [f"| `g` `{item.entry.key}` | {item.entry.title} | `:{item.id}` |" for item in catalog.screens.values()]
    parts.append("\n".join(["## Screens\n", "| keys | screen | by name |", "| --- | --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def _table(title: str, actions: Iterable[Action]) -> str:
    rows = [f"## {title}\n", "| key | what it does | action |", "| --- | --- | --- |"]
    for action in actions:
        keys = dict.fromkeys(key_words(key) for key in action.keys)
        words = action.title + (f": {action.about}" if action.about else "")
        shown = " ".join(f"`{key}`" for key in keys) or "menu, palette"
        rows.append(f"| {shown} | {words} | `{action.id}` |")
    return "\n".join(rows) + "\n"
