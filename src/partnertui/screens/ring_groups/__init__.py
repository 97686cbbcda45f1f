"""Ring groups: users that ring together or in turn."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Ring groups", "Routing", "r", "Who rings, in which order, and what happens next.", order=2)
