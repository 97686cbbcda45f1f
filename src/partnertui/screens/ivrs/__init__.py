"""IVRs: voice menus."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("IVRs", "Routing", "i", "Voice menus: what each digit leads to.", order=1)
