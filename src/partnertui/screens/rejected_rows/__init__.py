"""Rejected rows: calls of the switches that sync couldn't import, with the reason."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Rejected rows", "Settings", "", "Calls from the switches that sync couldn't import.", STAFF, 55, menu=False
)
