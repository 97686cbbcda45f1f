"""Monitor: recordings of calls."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Monitor", "Calls", "m", "Call recordings (details only).", order=4, id="monitor")
