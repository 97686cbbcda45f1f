"""DDIs: numbers and where their calls go."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("DDIs", "Numbers", "n", "Numbers, their customers, and where calls are routed.", order=1)
