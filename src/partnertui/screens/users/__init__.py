"""Users: people with extensions, and their SIP accounts."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Users", "Customers", "u", "People with an extension and a login.", order=2)
