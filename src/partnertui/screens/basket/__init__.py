"""Basket: items that customers have to pay for."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Basket", "Billing", "b", "What customers have to pay for, and by when.", order=1)
