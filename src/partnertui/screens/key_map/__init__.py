"""Key map: every action with its keys."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Key map", "Settings", "", "Every action with its keys, and how to change them.", order=70, menu=False)
