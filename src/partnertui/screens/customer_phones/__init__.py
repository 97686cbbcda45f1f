"""Customer phones: desk phones."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Customer phones", "Customers", "p", "Desk phones, their MAC addresses and firmware.", order=3)
