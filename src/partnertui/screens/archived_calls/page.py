"""Archived calls: one row per CDR of a past month, read from the archive's Parquet files."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from partnertui.db.archive.archive_columns import archived_calls
from partnertui.db.archive.archive_source import ArchiveSource
from partnertui.kit.declare.actions import ActionContext
from partnertui.kit.declare.page import Page
from partnertui.screens.cdr.page import PAGE as CDR
from partnertui.screens.shared.call_trace import TRACE
from partnertui.screens.shared.ip_address_actions import address_actions

LEFT_OUT = ("ddi",)
"""Columns that are looked up in the database, so an old call has none."""


def source(context: ActionContext) -> ArchiveSource:
    """The archive of the settings; made once, because it keeps a connection."""
    return _source(context.services.settings.archive.folder)


@lru_cache(2)
def _source(folder: str) -> ArchiveSource:
    return ArchiveSource(Path(folder).expanduser() if folder else None)


PAGE = Page(
    rows=archived_calls,
    columns=tuple(column for column in CDR.columns if column.name not in LEFT_OUT),
    search=CDR.search,
    sort=CDR.sort,
    tabs=CDR.tabs,
    actions=(TRACE, *address_actions("source_ip", "destination_ip")),
    facts=CDR.facts,
    title=CDR.title,
    source=source,
    empty="No archived calls: “partnertui archive” archives past months.",
)
