"""Payments: money that came in, or did not."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Payments", "Billing", "P", "Money that came in, and why some did not.", order=2)
