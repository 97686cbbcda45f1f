"""Operators and roles: who works with the program."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry(
    "Operators and roles", "Settings", "", "Who works with this program, and what they may.", STAFF, 40, menu=False
)
