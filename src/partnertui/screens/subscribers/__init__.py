"""Subscribers: who gets the newsletter."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Subscribers", "Web", "W", "Who receives the newsletter, and who has unsubscribed.", order=3)
