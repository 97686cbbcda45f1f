"""Pending DDI: number orders and ports that aren't live yet."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Pending DDI", "Numbers", "N", "Number orders and ports that aren't live yet.", order=2)
