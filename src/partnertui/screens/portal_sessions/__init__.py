"""Sessions: who is signed in to the web panels."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Sessions", "Web", "w", "Who is logged in to the customer and partner portals.", order=2, id="sessions")
