"""Incidents: failures that share a carrier, prefix, network, phone model, transport or server."""

from partnertui.kit.declare.menu_entry import STAFF, Entry

ENTRY = Entry("Incidents", "Support", "", "Related failures, with their calls and tickets.", STAFF, 4)
