"""Transaction items: lines of sales and refunds."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Transaction items", "Billing", "T", "What was sold, line by line.", order=4)
