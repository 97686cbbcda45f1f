"""Prices: what calls, DDIs and products cost."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry("Prices", "Settings", "", "What calls to a prefix, DDIs and products cost.", STAFF, 11, menu=False)
