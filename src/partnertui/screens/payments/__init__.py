"""Payments: received, pending and failed."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Payments", "Billing", "P", "Payments received, and why others failed.", order=2)
