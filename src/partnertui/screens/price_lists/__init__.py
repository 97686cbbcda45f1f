"""Price lists: prices of calls, DDIs and products."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Price lists", "Settings", "", "Prices for calls, DDIs and products, by currency.", STAFF, 10, menu=False)
