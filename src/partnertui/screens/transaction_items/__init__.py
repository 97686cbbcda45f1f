"""Transaction items: the lines of transactions."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Transaction items", "Billing", "T", "What was sold, line by line.", order=4)
