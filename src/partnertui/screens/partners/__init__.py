"""Partners: resellers, and the details printed on their invoices."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Partners", "Settings", "", "Resellers, and the details on their invoices.", STAFF, 41, menu=False)
