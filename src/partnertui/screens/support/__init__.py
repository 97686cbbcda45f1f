"""Support: the ticket list, tickets with their conversations, and writing replies."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Support", "Support", "s", "Tickets: the queue, and one ticket's conversation.", order=1)
