"""Mailboxes: support addresses, and their IMAP and SMTP servers."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Mailboxes", "Settings", "", "Support addresses: where mail is received, and how it is sent.", STAFF, 32, menu=False
)
