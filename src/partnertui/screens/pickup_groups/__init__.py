"""Pick-up groups: users who can pick up each other's ringing calls."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Pick-up groups", "Routing", "k", "Who can pick up whose calls.", order=4)
