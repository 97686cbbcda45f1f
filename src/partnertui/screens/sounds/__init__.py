"""Sounds: announcements and music."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Sounds", "Media", "S", "Customers' announcements and music.", order=1)
