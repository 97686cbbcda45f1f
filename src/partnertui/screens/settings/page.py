"""The Settings screen."""

from __future__ import annotations

from partnertui.db.criteria import Equals, Not
from partnertui.db.snapshot import Snapshot
from partnertui.kit.actions import Action
from partnertui.kit.context import Here
from partnertui.kit.desk import Spot
from partnertui.kit.kinds import Row, Text
from partnertui.kit.page import Column, Fact, Page, Tab
from partnertui.screens.settings.rows import ROWS, rows_for, settings_rows


def source(here: Here) -> Snapshot:
    """The rows as they are now."""
    return Snapshot(ROWS, lambda connection: rows_for(here.desk))


def open_row(here: Here) -> None:
    """Opens a list, the choice of themes, or what is to be said of a setting."""
    row = here.row or {}
    if row["screen"] == "theme":
        here.desk.run("app.theme")
    elif row["screen"]:
        here.desk.open(Spot(row["screen"]))
    else:
        here.desk.open(Spot(here.screen, row["id"], row=row))


def how(row: Row) -> str:
    """Where a setting is changed."""
    if not row["key"]:
        return ""
    *table, name = row["key"].split(".")
    place = f"{name} under [{'.'.join(table)}]" if table else f"{name} at the top"
    return f"{place} of the settings file, or {row['variable']} in the environment; then start again"


PAGE = Page(
    rows=settings_rows,
    columns=(
        Column("name", width=22, group="Setting"),
        Column("value", width=28),
        Column("about", Text(), title="What it is", width=52),
        Column("kind", title="Is", width=9),
        Column("variable", title="Environment", width=32, shown=False),
    ),
    search=("name", "about"),
    sort="id",
    tabs=(Tab("Lists", (Equals("kind", "list"),)), Tab("This program", (Not(Equals("kind", "list")),))),
    facts=(Fact("How to change it", how),),
    actions=(Action("settings.open", "Open", open_row, ("enter",), "open", rows="one", group="Row"),),
    title=lambda row: row["name"],
    scope="",
    owner="",
    source=source,
)
