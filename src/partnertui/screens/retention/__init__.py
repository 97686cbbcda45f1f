"""Retention: how long each kind of record is kept."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Retention", "Settings", "", "How long each kind of record is kept.", STAFF, 56, menu=False)
