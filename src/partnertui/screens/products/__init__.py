"""Products: what customers can buy."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Products", "Settings", "", "What customers can buy, as a one-off or monthly.", STAFF, 12, menu=False)
