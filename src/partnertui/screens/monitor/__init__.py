"""Monitor: recordings of calls."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Monitor", "Calls", "m", "Recordings of calls, by their facts.", order=4)
