"""Live: calls in progress."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Live", "Calls", "a", "Calls in progress.", order=3, id="live")
