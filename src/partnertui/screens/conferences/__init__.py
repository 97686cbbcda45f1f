"""Conferences: conference rooms."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Conferences", "Routing", "o", "Conference rooms and who is in them.", order=5)
