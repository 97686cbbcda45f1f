"""IVRs: voice menus."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("IVRs", "Routing", "i", "Voice menus: where each digit leads.", order=1)
