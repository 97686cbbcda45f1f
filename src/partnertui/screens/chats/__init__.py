"""Chats: talks on web sites."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Chats", "Web", "h", "Talks with visitors of web sites: who, where from, how long.", order=1)
