"""Phone models: phones that can be provisioned."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Phone models", "Settings", "", "Phones that can be provisioned.", STAFF, 20, menu=False)
