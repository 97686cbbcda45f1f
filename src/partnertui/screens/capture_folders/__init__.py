"""Capture folders: where pcap files are searched for."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Capture folders", "Settings", "", "Folders searched for captured calls.", STAFF, 50, menu=False)
