"""DDIs: numbers and where their calls go."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("DDIs", "Numbers", "n", "Numbers, whose they are and where their calls go.", order=1)
