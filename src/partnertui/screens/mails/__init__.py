"""Mails: everything that came in, also what could not be parsed."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry("Incoming mail", "Support", "", "Every mail that came in, with its raw text.", STAFF, order=20)
