"""Partners: whose customers they serve, and what is printed on their invoices."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Partners", "Settings", "", "Resellers, and the details on their invoices.", STAFF, 41, menu=False)
