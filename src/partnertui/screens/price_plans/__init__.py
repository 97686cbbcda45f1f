"""Price plans: what customers pay for regularly."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry(
    "Price plans", "Settings", "", "What customers pay for regularly, and the minutes in it.", STAFF, 13, menu=False
)
