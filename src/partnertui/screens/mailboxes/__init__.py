"""Mailboxes: the addresses of support, where their mail is read and through what it is sent."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Mailboxes", "Settings", "", "Support addresses: where mail is received, and how it is sent.", STAFF, 32, menu=False
)
