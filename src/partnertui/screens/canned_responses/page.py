"""Canned responses: one row per prepared reply, with folder, language, subject, and how often it was used."""

from __future__ import annotations

from partnertui.db.models import CannedResponse
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.kinds import Age, Count, Flag, Identifier, Row, TextBlock
from partnertui.kit.declare.page import Column, Drawing, Page
from partnertui.kit.declare.styled_line import Line
from partnertui.kit.widgets.record_lines import wrapped
from partnertui.screens.canned_responses.actions import ACTIONS


def canned_responses() -> Query:
    """All canned responses."""
    return list_query(
        CannedResponse,
        CannedResponse.name,
        CannedResponse.folder,
        CannedResponse.subject,
        CannedResponse.body,
        CannedResponse.language,
        CannedResponse.enabled,
        CannedResponse.used,
        CannedResponse.last_used_at,
    )


def text(row: Row, width: int) -> list[Line]:
    """The answer as it is written, variables and all."""
    return wrapped(row["body"], width, "value")


PAGE = Page(
    rows=canned_responses,
    columns=(
        Column("id", Identifier(), group="Response"),
        Column("name", width=24),
        Column("language", width=9),
        Column("folder", width=14),
        Column("used", Count(), title="Used", width=7),
        Column("last_used_at", Age(), title="Last used", width=10),
        Column("subject", width=28, shown=False),
        Column("enabled", Flag(), width=9),
        Column("body", TextBlock(), title="Starts with", width=40),
    ),
    find=("name",),
    search=("name", "folder", "subject", "body"),
    sort="name",
    drawings=(Drawing("Text", text),),
    title=lambda row: row["name"],
    actions=ACTIONS,
    table="canned_responses",
    scope="",
    owner="",
    empty="No canned responses yet: {key:canned.add} adds one.",
)
