"""Captured calls: what is in captures, whether it was our call or not."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Captured calls",
    "Settings",
    "",
    "Calls found in captures: in one that was opened, or in all.",
    STAFF,
    51,
    menu=False,
)
