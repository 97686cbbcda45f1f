"""Business calendars: the hours that SLA targets count."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Business calendars", "Settings", "", "Business hours and holidays that SLA targets count.", STAFF, 32, menu=False
)
