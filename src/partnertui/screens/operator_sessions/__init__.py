"""Operator sessions: who runs this program, and on which host."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Operator sessions", "Settings", "", "Who is using this program, and from where.", STAFF, 41, menu=False)
