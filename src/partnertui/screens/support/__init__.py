"""Support: the queue of tickets."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Support", "Support", "s", "Tickets: the queue, and one ticket's conversation.", order=1)
