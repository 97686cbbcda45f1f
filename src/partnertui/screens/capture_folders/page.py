"""Capture folders: one row per folder that is searched for pcap files, with the pattern of their names."""

from __future__ import annotations

from partnertui.db.models import CaptureFolder
from partnertui.db.rows.list_query import list_query
from partnertui.db.rows.type_aliases import Query
from partnertui.kit.declare.kinds import Flag, Identifier
from partnertui.kit.declare.page import Column, Page
from partnertui.screens.capture_folders.actions import ACTIONS
from partnertui.screens.shared.call_trace.index_job import INDEX
from partnertui.screens.shared.capture_file import OPEN


def capture_folders() -> Query:
    """All folders."""
    return list_query(
        CaptureFolder, CaptureFolder.name, CaptureFolder.path, CaptureFolder.pattern, CaptureFolder.enabled
    )


PAGE = Page(
    rows=capture_folders,
    columns=(
        Column("id", Identifier(), group="Folder"),
        Column("name", width=22),
        Column("path", width=40),
        Column("pattern", width=14),
        Column("enabled", Flag(), width=9),
    ),
    search=("name", "path"),
    sort="name",
    title=lambda row: row["name"],
    actions=(*ACTIONS, INDEX, OPEN),
    table="capture_folders",
    scope="",
    owner="",
    empty="No capture folders yet: {key:captures.add} adds one, {key:captures.open-capture} opens a single capture.",
)
