"""Sessions: who is logged in to the customer and partner portals."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Sessions", "Web", "w", "Who is logged in to the customer and partner portals.", order=2, id="sessions")
