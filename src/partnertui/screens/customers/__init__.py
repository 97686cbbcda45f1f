"""Customers: who they are, how they stand, what they owe and own."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Customers", "Customers", "c", "Companies, their status, credit and plan.", order=1)
