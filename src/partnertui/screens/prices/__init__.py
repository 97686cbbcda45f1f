"""Prices: entries of price lists, for calls, DDIs and products."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Prices", "Settings", "", "Prices for calls by prefix, for DDIs and for products.", STAFF, 11, menu=False)
