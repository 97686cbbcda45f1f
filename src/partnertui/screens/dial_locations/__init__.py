"""Location: the sites of customers' phones, with addresses for emergency calls."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Location", "Routing", "L", "Phone locations: addresses for emergency calls.", order=6, id="location")
