"""Sounds: announcements and music."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Sounds", "Media", "S", "Announcements and music of customers.", order=1)
