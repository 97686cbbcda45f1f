"""Figures of support: what was opened, answered and solved, how fast, and by whom."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Ticket statistics",
    "Support",
    "",
    "Tickets opened, answered and solved by day, agent, customer and call result.",
    order=2,
    menu=False,
)
