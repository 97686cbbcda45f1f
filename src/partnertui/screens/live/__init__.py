"""Live: calls that are up now."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Live", "Calls", "a", "Calls that are up now, ticking.", order=3)
