"""Rejected rows: records of switches that sync couldn't import as calls."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Rejected rows", "Settings", "", "Calls that sync couldn't import from the switches.", STAFF, 55, menu=False
)
