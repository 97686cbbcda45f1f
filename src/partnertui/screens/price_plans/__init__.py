"""Price plans: customers' recurring plans."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Price plans", "Settings", "", "Customers' recurring plans, and the minutes they include.", STAFF, 13, menu=False
)
