"""Outbox: mails that go out, those that wait, failed, or of which nobody knows."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Outbox", "Support", "", "Replies that are waiting, have failed, or have an unknown outcome.", STAFF, order=21
)
