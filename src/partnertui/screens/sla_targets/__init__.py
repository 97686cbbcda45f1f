"""SLA targets: how soon tickets are answered and solved."""

from partnertui.kit.declare.entry import STAFF, Entry

ENTRY = Entry("SLA targets", "Settings", "", "How soon tickets are to be answered and solved.", STAFF, 31, menu=False)
