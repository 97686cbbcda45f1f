"""Outbox: outgoing mail that is waiting, sent, failed, or of unknown outcome."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Outbox", "Support", "", "Replies that are waiting, have failed, or have an unknown outcome.", STAFF, order=21
)
