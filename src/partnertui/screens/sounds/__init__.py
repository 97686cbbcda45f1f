"""Sounds: announcements and music."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Sounds", "Media", "S", "Announcements and music of customers.", order=1)
