"""Outbox: mails that go out, those that wait, failed, or of which nobody knows."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry("Outbox", "Support", "", "Replies that wait, failed, or whose outcome is unknown.", STAFF, order=21)
