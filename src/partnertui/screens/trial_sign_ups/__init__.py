"""Registrations: trial sign-ups."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Registrations", "Customers", "e", "Trial sign-ups, and which ones became customers.", order=4, id="registrations"
)
