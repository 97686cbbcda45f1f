"""Capture folders: where captures are looked for."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry("Capture folders", "Settings", "", "Where captures of calls are looked for.", STAFF, 50, menu=False)
