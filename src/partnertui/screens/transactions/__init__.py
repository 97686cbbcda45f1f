"""Transactions: sales, renewals, top-ups and refunds."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Transactions", "Billing", "t", "Sales, renewals, top-ups and refunds.", order=3)
