"""Prices: what calls, DDIs and products cost."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Prices", "Settings", "", "Prices for calls by prefix, for DDIs and for products.", STAFF, 11, menu=False)
