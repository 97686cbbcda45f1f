"""Prices: what calls, DDIs and products cost."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Prices", "Settings", "", "Prices of calls by prefix, of DDIs and products.", STAFF, 11, menu=False)
