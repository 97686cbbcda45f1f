"""Statements: the PSTN credit ledger."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Statements", "Billing", "y", "The PSTN credit ledger, with its running balance.", order=5)
