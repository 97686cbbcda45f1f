"""Ring groups: who rings, in which order."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Ring groups", "Routing", "r", "Who rings, in which order, and what happens next.", order=2)
