"""Customers: master data, status, credit, and what belongs to them."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Customers", "Customers", "c", "Companies, their status, credit and plan.", order=1)
