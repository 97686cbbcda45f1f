"""Voicemail: messages in mailboxes."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Voicemail", "Calls", "v", "Voicemail messages (details only).", order=5)
