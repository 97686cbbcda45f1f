"""SIP locations: registered phones."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("SIP locations", "Calls", "l", "Registered phones, and whether they answer.", order=2)
