"""Voicemail: messages in mailboxes."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Voicemail", "Calls", "v", "Voicemail messages (details only).", order=5)
