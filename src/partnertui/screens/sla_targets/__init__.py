"""SLA targets: how soon tickets are answered and solved."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("SLA targets", "Settings", "", "Target times for first responses and resolutions.", STAFF, 31, menu=False)
