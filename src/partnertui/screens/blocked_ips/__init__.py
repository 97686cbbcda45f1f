"""Blocked IPs: addresses and networks that may not connect."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Blocked IPs", "Settings", "", "Blocked addresses and networks.", order=60, menu=False)
