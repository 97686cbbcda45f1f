"""`partnertui screens`: lists the screens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from partnertui import screens

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from partnertui.config import Folders, Settings


def arguments(parser: ArgumentParser) -> None:
    """See Command."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--check", action="store_true", help="report mistakes in screen declarations")


def run(args: Namespace, settings: Settings, folders: Folders) -> int:
    """Prints ID, key, title and purpose of every screen; with --check, returns 1 if a declaration has mistakes."""
    if args.check:
        # These load every page with its SQL; the list needs only the entries.
        from partnertui.kit.declare.check_declarations import mistakes
        from partnertui.kit.declare.key_conventions import conflicts
        from partnertui.kit.shell.keys_document import places

        catalog = screens.find()
        found = mistakes(catalog) or list(
            dict.fromkeys(words for _, actions in places(catalog) for words in conflicts(actions))
        )
        print("\n".join(found) or "All screens are declared correctly.")
        return 1 if found else 0
    listed = screens.find().screens.values()
    rows = [
        {
            "id": item.id,
            "title": item.entry.title,
            "group": item.entry.group,
            "key": f"g {item.entry.key}" if item.entry.key else "",
            "about": item.entry.about,
            "roles": sorted(item.entry.permission),
        }
        for item in listed
    ]
    if args.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    width = max((len(str(row["id"])) for row in rows), default=0)
    for row in rows:
        print(f"{row['id']:<{width}}  {row['key']:<5}  {row['title']:<18}  {row['about']}".rstrip())
    return 0
