"""Sounds: announcements and music."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Sounds", "Media", "S", "Customers' announcements and music.", order=1)
