"""Ticket statistics: opened, answered and solved, by day, agent, customer and verdict."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Ticket statistics",
    "Support",
    "",
    "Tickets opened, answered and solved by day, agent, customer and verdict.",
    order=2,
    menu=False,
)
