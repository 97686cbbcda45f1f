"""SLA targets: how soon tickets are answered and solved."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry(
    "SLA targets", "Settings", "", "Target times for first response and resolution of tickets.", STAFF, 31, menu=False
)
