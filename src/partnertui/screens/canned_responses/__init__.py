"""Canned responses: prepared replies."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Canned responses", "Settings", "", "Prepared replies with variables.", STAFF, 30, menu=False)
