"""Settings: one row per list that other screens choose from, and one per setting of this run with its value."""

from __future__ import annotations

from partnertui.db.rows.filter_criteria import Equals, Not
from partnertui.db.rows.in_memory_rows import Snapshot
from partnertui.kit.declare.actions import Action, ActionContext
from partnertui.kit.declare.kinds import Row, Text
from partnertui.kit.declare.page import Column, Fact, Page, Tab
from partnertui.kit.declare.view_location import Location
from partnertui.screens.settings.rows import ROWS, rows_for, settings_rows


def source(context: ActionContext) -> Snapshot:
    """The rows as they are now."""
    return Snapshot(ROWS, lambda connection: rows_for(context.services))


def open_row(context: ActionContext) -> None:
    """Open a list, the choice of themes, or the explanation of a setting."""
    row = context.row or {}
    if row["screen"] == "theme":
        context.services.run_by_id("app.theme")
    elif row["screen"]:
        context.services.open(Location(row["screen"]))
    else:
        context.services.open(Location(context.screen, row["id"], row=row))


def how(row: Row) -> str:
    """Where a setting is changed."""
    if not row["key"]:
        return ""
    *table, name = row["key"].split(".")
    place = f"under [{'.'.join(table)}] in" if table else "at the top of"
    return f"{name} {place} the settings file, or {row['variable']} in the environment; then restart"


PAGE = Page(
    rows=settings_rows,
    columns=(
        Column("name", width=22, group="Setting"),
        Column("value", width=28, priority=1),
        Column("about", Text(), title="Description", width=52),
        Column("kind", title="Type", width=9, priority=3),
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
