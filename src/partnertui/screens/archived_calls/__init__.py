"""Archived calls: those of past months, from Parquet files."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Archived calls",
    "Support",
    "",
    "Calls from past months in the archive files, some no longer in the database.",
    STAFF,
    61,
    menu=False,
)
