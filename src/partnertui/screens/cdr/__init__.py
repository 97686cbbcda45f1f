"""CDR: finished calls."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("CDR", "Calls", "d", "Finished calls: who called whom, how they ended, what they cost.", order=1)
