"""Routing rules: which calls are routed where, and when."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Routing rules", "Routing", "R", "Which calls are routed where and when.", order=3)
