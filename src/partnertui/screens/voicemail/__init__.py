"""Voicemail: messages in mailboxes."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Voicemail", "Calls", "v", "Messages in mailboxes, by their facts.", order=5)
