"""Today: what breaks or falls due until tonight."""

from partnertui.kit.declare.entry import Entry

ENTRY = Entry(
    "Today",
    "Support",
    "",
    "What falls due or breaks today: SLA, promises, cards, trials, ports and credit.",
    order=3,
)
