"""Ring groups: who rings, in which order."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Ring groups", "Routing", "r", "Who rings, in which order, and what happens next.", order=2)
