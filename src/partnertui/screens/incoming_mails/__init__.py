"""Incoming mail: everything received, including what couldn't be parsed."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Incoming mail", "Support", "", "All mail received, with its raw text.", STAFF, order=20, id="mails")
