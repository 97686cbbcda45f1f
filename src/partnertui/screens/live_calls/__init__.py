"""Live: calls that are up now."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Live", "Calls", "a", "Calls in progress.", order=3, id="live")
