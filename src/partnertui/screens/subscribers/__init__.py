"""Subscribers: who gets the newsletter."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Subscribers", "Web", "W", "Who gets the newsletter, and who no longer wants it.", order=3)
