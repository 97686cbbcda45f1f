"""Location: where phones stand."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry("Location", "Routing", "L", "Phone locations: addresses for emergency calls.", order=6)
