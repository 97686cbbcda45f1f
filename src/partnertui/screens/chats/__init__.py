"""Chats: conversations with visitors of web sites."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Chats", "Web", "h", "Website chats: visitor, origin, duration.", order=1)
