"""IVRs: voice menus."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("IVRs", "Routing", "i", "Voice menus: what each digit leads to.", order=1)
