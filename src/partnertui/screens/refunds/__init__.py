"""Refunds: to approve, pay out manually or look up, and all others."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Refunds", "Billing", "f", "Refunds to approve, pay out manually or look up.", order=7)
