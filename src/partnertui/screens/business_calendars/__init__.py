"""Business calendars: the hours that SLA targets count."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "Business calendars", "Settings", "", "Business hours and holidays used by SLA targets.", STAFF, 32, menu=False
)
