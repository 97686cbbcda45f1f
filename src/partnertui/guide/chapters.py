"""The words of the guide: an introduction with its keys filled in, a chapter for each screen by its declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from partnertui.domain.errors import DomainError
from partnertui.guide.pictures import RECORDS
from partnertui.kit.declare.actions import Action
from partnertui.kit.declare.catalog import Catalog, ScreenEntry
from partnertui.kit.declare.key_map import key_label
from partnertui.kit.declare.page import Page
from partnertui.kit.shell.keys_document import places

START = Path(__file__).parent / "start.md"
KEY = re.compile(r"\{([a-z0-9-]+\.[a-z0-9-]+)\}")


def start(catalog: Catalog) -> str:
    """The introduction; raises DomainError where it names an action that there is not."""
    keys = {action.id: action for _, actions in places(catalog) for action in actions}

    def shown(match: re.Match[str]) -> str:
        if match[1] not in keys:
            raise DomainError(f"The guide names the action {match[1]}, which there is not.", advice="Mend start.md.")
        return f"`{key_label(keys[match[1]].keys[0])}`"

    return KEY.sub(shown, START.read_text("utf-8"))


def screens(catalog: Catalog) -> str:
    """A chapter for each screen, in menu order."""
    parts = ["# The screens\n", "Made by `partnertui guide`; do not edit it.\n"]
    for group, listed in catalog.groups().items():
        parts.append(f"## {group}\n")
        parts += [part for one in listed for part in _chapter(one, catalog.page(one.id))]
    return "\n".join(parts)


def _chapter(listed: ScreenEntry, page: Page) -> Iterator[str]:
    entry = listed.entry
    way = f"`g` `{key_label(entry.key)}`, or " if entry.key else ""
    yield f"### {entry.title}\n"
    yield f"{entry.about} Opened with {way}`:` and its name.\n"
    yield f"![{entry.title}]({listed.id}.svg)\n"
    yield "Columns: " + ", ".join(column.heading for column in page.columns) + ".\n"
    if page.tabs:
        yield "Tabs: " + ", ".join(tab.title for tab in page.tabs) + ".\n"
    if page.panels:
        yield "With a record: " + ", ".join(panel.title for panel in page.panels) + ".\n"
    if page.actions:
        yield "\n".join(("| key | what it does |", "| --- | --- |", *(_row(action) for action in page.actions))) + "\n"
    if listed.id in RECORDS:
        yield f"![A record of {entry.title}]({listed.id}-record.svg)\n"


def _row(action: Action) -> str:
    keys = " ".join(dict.fromkeys(f"`{key_label(key)}`" for key in action.keys)) or "menu"
    return f"| {keys} | {action.title}{f': {action.about}' if action.about else ''} |"
