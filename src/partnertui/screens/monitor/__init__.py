"""Monitor: recordings of calls."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Monitor", "Calls", "m", "Recordings of calls (details only).", order=4)
