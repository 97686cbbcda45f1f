"""Blocked IPs: who may not come in."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Blocked IPs", "Settings", "", "Blocked addresses and networks.", order=60, menu=False)
