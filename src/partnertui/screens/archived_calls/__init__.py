"""Archived calls: those of past months, from Parquet files."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Archived calls",
    "Support",
    "",
    "Calls of past months that are in the archive's files and may no longer be in the database.",
    STAFF,
    61,
    menu=False,
)
