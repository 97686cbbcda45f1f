"""Subscribers: recipients of the newsletter."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Subscribers", "Web", "W", "Who receives the newsletter, and who has unsubscribed.", order=3, id="subscribers"
)
