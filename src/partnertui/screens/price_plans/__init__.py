"""Price plans: what customers pay for regularly."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Price plans", "Settings", "", "Recurring plans of customers, and the minutes included.", STAFF, 13, menu=False
)
