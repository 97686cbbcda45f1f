"""Operators and roles: the people who use this program."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Operators and roles", "Settings", "", "Who uses this program, and their permissions.", STAFF, 40, menu=False
)
