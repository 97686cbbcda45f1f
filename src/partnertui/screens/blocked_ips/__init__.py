"""Blocked IPs: who may not come in."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Blocked IPs", "Settings", "", "Addresses and networks that may not come in.", order=60, menu=False)
