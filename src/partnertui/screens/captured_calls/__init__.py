"""Captured calls: all calls found in captures, ours or not."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Captured calls",
    "Settings",
    "",
    "Calls found in captures: in an opened one, or in all of them.",
    STAFF,
    51,
    menu=False,
)
