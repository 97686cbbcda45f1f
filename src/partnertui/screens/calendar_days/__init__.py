"""Calendar days: days on which a business calendar has other hours."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Calendar days", "Settings", "", "Days on which a business calendar has special hours.", STAFF, 33, menu=False
)
