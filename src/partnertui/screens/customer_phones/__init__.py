"""Customer phones: phones on desks."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry("Customer phones", "Customers", "p", "Phones on desks, their MACs and firmware.", order=3)
