"""Today: what is due or at risk today."""

from partnertui.kit.declare.menu_entry import Entry

ENTRY = Entry(
    "Today",
    "Support",
    "",
    "What is due or at risk today: SLA, promises, cards, trials, ports and credit.",
    order=3,
)
