"""CDR: finished calls."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("CDR", "Calls", "d", "Finished calls: who called whom, how it ended, what it cost.", order=1)
