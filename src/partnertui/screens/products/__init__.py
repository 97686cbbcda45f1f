"""Products: what customers can buy."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Products", "Settings", "", "What customers can buy, once, monthly or yearly.", STAFF, 12, menu=False)
